import Personalization

extension MakingFailure {
    /// What an error of the engine means for the line.
    public init(_ error: PersonalizationError) {
        let blame: Blame =
            switch error.fault {
            case .chip: .chip
            case .reader: .reader
            case .applicant: .applicant
            case .station: .station
            }
        self.init(code: error.code, text: error.description, blame: blame, chipState: error.chipState)
    }
}
