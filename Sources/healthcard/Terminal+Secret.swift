import Foundation
import ShangMi

extension Terminal {
    /// A line typed without being shown; nil where standard input is no terminal, at its end, and after Ctrl-C.
    static func secret(_ prompt: String) -> SecretBytes? {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        var silent = settings
        // Without signals too: a process that ends here would leave the terminal mute.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return nil }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            note("")
        }
        ask(prompt)
        var count = 0
        let line = SecretBytes(count: 256) { count = read(STDIN_FILENO, $0.baseAddress, $0.count) }
        return line.withUnsafeBytes { typed($0.prefix(max(0, count))) }
    }

    private static func typed(_ line: some Collection<UInt8>) -> SecretBytes? {
        let typed = line.prefix { $0 != 0x0A && $0 != 0x0D }
        // Ctrl-C, Ctrl-\ and Ctrl-Z come as characters.
        guard line.count > typed.count, !typed.contains(where: { $0 < 0x20 }) else { return nil }
        return SecretBytes(copying: typed)
    }
}
