import CZint
import Files
import Glibc
import SystemLibraries

/// A code as a QR picture, drawn by libzint: ISO/IEC 18004, error correction M, with the quiet zone of four modules.
public struct CodePicture: Sendable {
    public enum Format: String, Sendable, Hashable, CaseIterable {
        case png, svg
    }

    public let format: Format
    /// The picture's file.
    public let bytes: [UInt8]

    private static let longestPicture = 1 << 20

    /// - Throws: ``ElectronicCardError/picture(reason:)``, in libzint's words or the system's; `.library` without libzint.
    public init(of code: CardCode, as format: Format) throws(ElectronicCardError) {
        do { try SystemLibrary.zint.load() } catch { throw .library(error) }
        guard let symbol = ZBarcode_Create() else { throw .picture(reason: "no memory") }
        defer { ZBarcode_Delete(symbol) }
        // libzint draws into files only, and their names are short: one in a folder of our own.
        var template = Array("/tmp/healthcard-code-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .picture(reason: String(cString: strerror(errno))) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = folder + "/code." + format.rawValue
        defer {
            unlink(path)
            rmdir(folder)
        }
        symbol.pointee.symbology = BARCODE_QRCODE
        symbol.pointee.input_mode = DATA_MODE
        symbol.pointee.option_1 = 2
        symbol.pointee.output_options |= BARCODE_QUIET_ZONES
        symbol.pointee.show_hrt = 0
        // Four pixels a module.
        symbol.pointee.scale = 2
        guard healthcard_zint_set_file(symbol, path) == 1 else { throw .picture(reason: "path too long") }
        let text = Array(code.text.utf8)
        let status = ZBarcode_Encode_and_Print(symbol, text, Int32(text.count), 0)
        guard status == 0 else { throw .picture(reason: String(cString: healthcard_zint_error(symbol))) }
        do throws(InputFileError) {
            bytes = try InputFile.contents(of: path, atMost: Self.longestPicture)
        } catch {
            throw .picture(reason: error.reason)
        }
        self.format = format
    }
}
