import CardProfiles
import ISO7816
import Messages

/// What an inspection says beside what it found.
enum InspectionText: Message {
    case answerToReset, chipSerial, lifeCycle, testCard, cityCode, habits
    case aboutHabits
    case cardBlocked
    case state(LifeCycleState)
    case authenticity(CardInspection.Authenticity)
    /// What the card does not tell.
    case unknown
    case flaw(AnswerToResetError)
    case malformed(AnswerToResetError)
    case bytes(Int)
    case chip
    /// Why there is no card factor.
    case noFactor(CardFinding)
    /// There is one, and no key is derived from it.
    case uselessFactor(CardFinding)
    case otherApplications, aboutOtherApplications, noOtherApplications
    case applicationVersion(String)
}
