/// What whoever opens cards and SAMs hands on to them: what is known of the products met before, and of the PINs of SAMs.
public struct CardMemory: Sendable {
    public let habits: any CardHabitMemory
    public let pinTries: any PINTryMemory

    public init(habits: any CardHabitMemory, pinTries: any PINTryMemory) {
        self.habits = habits
        self.pinTries = pinTries
    }

    /// The file of this user, which command line and C interface share; without a place for one the memory of this process.
    public static var ofUser: CardMemory {
        guard let file = CardHabitFile.standard() else {
            return CardMemory(habits: TransientHabits.shared, pinTries: TransientPINTries.shared)
        }
        return CardMemory(habits: file, pinTries: file)
    }
}
