import CardProfiles
import HealthCard

/// A reading as programs are given it, by the command line and by the agent alike.
extension CardReading {
    /// The JSON of `Docs/items.md`, with the main index where number and name were both read.
    ///
    /// - Parameter others: what lies beside the health application; nil where nobody asked.
    public func publishedJSON(profile: CardProfile, others: [OtherApplication]? = nil) -> String {
        let index = mainIndex(profile: profile).map { [$0.jsonMember] } ?? []
        let applications = others.map { [JSONValue.Member("otherApplications", .array($0.map(\.json)))] } ?? []
        return json(pretty: true, adding: index + applications)
    }

    /// The FHIR R4 Bundle of `Docs/fhir.md`, with the main index as one of the Patient's identifiers.
    public func publishedFHIR(profile: CardProfile) -> String {
        let identifiers = mainIndex(profile: profile).map { [$0.patientIdentifier] } ?? []
        return fhir(profile: profile, identifiers: identifiers).text(pretty: true)
    }
}
