import ArgumentParser
import HealthCard
import ISO7816
import Messages
import ShangMi

/// The transport key virtual chips come with, where it is not the published one: rehearsals of formal production.
struct DeliveredKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("virtual-transport-key"),
        help: ArgumentHelp(
            """
            With virtual chips: a file with their batch's transport key, 32 hexadecimal digits; readable only by \
            its owner.
            """,
            discussion: "Default: the published test key.", valueName: "file"))
    var transportKey: String?

    func load() throws -> SecretBytes? {
        guard let transportKey else { return nil }
        let text = try PrivateFile.read(transportKey, atMost: 64)
        let key = text.withUnsafeBytes { bytes in
            Hex.decode(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
        }
        guard let key, key.count == SM4.blockSize else {
            throw Failure(
                .badInput,
                DeliveredKeyText.form(transportKey: transportKey))
        }
        return SecretBytes(copying: key)
    }
}
