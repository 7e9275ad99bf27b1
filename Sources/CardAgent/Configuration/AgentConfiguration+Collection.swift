import CardProfiles
import Yams

extension AgentConfiguration.Collection {
    private static let longest = 100

    /// Nil where folder or institution is wrong or not there; the reader has the problem then.
    init?(_ node: Node, _ reader: inout ConfigurationReader) {
        let entries = reader.map(
            node, "collection", keys: ["folder", "institution", "institutionCode", "collectionPoint"])
        for key in ["folder", "institution"] where entries[key] == nil {
            reader.report(.missing("collection.\(key)"), node)
        }
        let folder = entries["folder"].flatMap { reader.path($0, "collection.folder") }
        func text(_ key: String) -> String? {
            guard let node = entries[key], let entered = reader.text(node, "collection.\(key)") else { return nil }
            let text = EnteredText.trimmed(entered)
            // It stands in every row.
            guard !text.isEmpty, text.utf8.count <= Self.longest, (try? EnteredText.check(text)) != nil else {
                reader.report(.notText("collection.\(key)"), node)
                return nil
            }
            return text
        }
        let (institution, code, point) = (text("institution"), text("institutionCode"), text("collectionPoint"))
        guard let folder, let institution else { return nil }
        self.init(folder: folder, institution: institution)
        institutionCode = code ?? ""
        collectionPoint = point ?? institution
    }
}
