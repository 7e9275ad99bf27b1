extension ConformanceSuite {
    /// What a card does and refuses, besides what it holds.
    static var behaviour: [any CheckSource.Type] {
        [
            AccessChecks.self, RightsChecks.self, ProtectionChecks.self, MACChecks.self, KeyChecks.self,
            InternalKeyChecks.self, SAMTypeChecks.self, ChallengeChecks.self, HeaderChecks.self, ParameterChecks.self,
            LengthChecks.self, OrderChecks.self, PowerChecks.self, TimingChecks.self, EnduranceChecks.self,
            WarmResetChecks.self, PersistenceChecks.self, ReachChecks.self, WaysChecks.self, RefillChecks.self,
            CollateralChecks.self, SweepChecks.self, AnswerChecks.self, MACBitChecks.self, CryptogramChecks.self,
            ChallengeSeriesChecks.self, InstructionChecks.self, EdgeValueChecks.self, CardComparisonChecks.self,
            OtherApplicationChecks.self,
            EarlyExitChecks.self, BlockingChecks.self, BlockingDepthChecks.self, FinalBlockChecks.self,
        ]
    }
}
