import CardProfiles

/// What looking at a half-made card has told, so that nothing is asked twice.
struct CardFindings {
    /// Record files of which one record is missing, and so are all after it.
    var unwritten: Set<String> = []
    /// Whether a cyclic file holds what it should, by path.
    var cyclic: [String: Bool] = [:]
}
