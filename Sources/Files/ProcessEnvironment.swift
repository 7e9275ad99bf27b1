import CLinux

/// The variables of this process.
public enum ProcessEnvironment {
    /// By name; of a name that is there twice the last counts, as for most programs.
    public static var all: [String: String] {
        var variables: [String: String] = [:]
        guard var next = healthcard_environment() else { return variables }
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(text[..<equals])] = String(text[text.utf8.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }

    /// Nil where it is not set, or empty.
    public static func value(of name: String) -> String? {
        guard let value = all[name], !value.isEmpty else { return nil }
        return value
    }
}
