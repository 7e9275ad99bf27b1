import Messages

/// What stands in a trace that is shown.
enum TraceText: Message {
    /// - Parameter digest: of the profile, its beginning.
    case heading(profile: String, digest: String, date: String?, isRedacted: Bool)
    /// Bytes, or what a reader said.
    case bytes(String)
    case reset(String)
    case random(String)
    case exitStatus(Int)
    case total(channel: String, commands: Int, sent: Int, received: Int, milliseconds: String)
}
