import Personalization
import Production

extension LineRun {
    /// The line's place in browsers; nil where none is asked for. Asked for before the first card: an address that is taken
    /// must not be found out later.
    func browserView(_ manifest: BatchManifest) throws -> LineBrowserView? {
        guard let address = line.viewAddress else { return nil }
        // A log that keeps the token would give it to everybody who reads the log.
        let view = try LineBrowserView(
            address: address, batch: manifest.id, takesCommands: Terminal.errorIsTerminal && style != .silent)
        if style != .silent {
            Terminal.note(LineRunText.browserView(address: view.url))
            Terminal.note(view.token.map { LineRunText.operatorToken($0, address: view.url) } ?? .viewOnly)
        }
        return view
    }
}
