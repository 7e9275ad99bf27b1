import ElectronicCard
import HealthCard
import Messages

/// What is wrong with the arguments of `ecard`, or with what it was given.
enum ECardText: Message {
    case onePersonOrTwo
    case onePerson
    case personOrCode
    case batchWithID
    case numberWithName
    case typeForm
    case compareForm
    case notSamePerson
    case validForForm
    case issued(codes: Int, people: Int, folder: String, until: String)
    case tooLate
    case folderInUse(String)
    case folderNotMade(String)
    case oneKeySource
    case hsmForm
    case notACard(JSONError)
    case personNotRead
    case timeoutForm
    case sendWithQueue
    case guardianTogether
    case queued(PlatformError)
    case otherPerson
    case operationForm(known: String)
    case someRefused
    case textOrWatch
    case notACode
    case clockOutOfRange
    case timeForm
    case windowForm
    case inputOnce
    case rootKeyNeedsPerson
    case nothingAsked
    case notVerified(AnyMessage)
    case shortID
    case noValidity
    case askPlatform
    case verifyPerson
}

/// What `ecard` shows of a code, a person or a platform's answer, a line each.
enum ECardLabel: Message {
    case mainIndex(String)
    case factor(String)
    case otherIndex(String)
    case samePerson
    case otherPerson
    case changed([ECardLabel])
    case unknownPrefix(String)
    case identityNumber(String)
    case mayBePayment
    case payment(AnyMessage)
    case unknown(AnyMessage)
    case fixed
    case dynamic
    case temporary
    case validity(String)
    case paymentField(String)
    case issuerField(String)
    // How a text was changed before it was looked at
    case lineEnd
    case blanks
    case colons
    case letters
    // What was proved
    case validUntil(String)
    case publishedKeys
    // What a platform says
    case accepted
    case id(String)
    case platformIndex(String)
    case code(String)
    case card(String)
    case state(AnyMessage)
    case nothing
    case done
    case refused
}
