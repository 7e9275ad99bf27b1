import Messages

extension TableForm {
    public var english: English {
        switch self {
        case .workbook: .init("is an Excel workbook (.xlsx), not CSV", hint: Self.export)
        case .oldWorkbook: .init("is a workbook or document of old Office (.xls, .doc), not CSV", hint: Self.export)
        case .openWorkbook: .init("is an OpenDocument spreadsheet (.ods), not CSV", hint: Self.export)
        case .archive: .init("is an archive, not CSV", hint: "unpack it and put the CSV file there")
        case .document: .init("is a document, not CSV", hint: "ask the sender for the CSV file")
        case .html: .init("is a web page (HTML), not CSV", hint: "ask the sender for the CSV file")
        case .xml: .init("is XML, not CSV", hint: "ask the sender for the CSV file")
        case .json: .init("is JSON, not CSV", hint: "ask the sender for the CSV file")
        case .utf16:
            .init("is in UTF-16 (\"Unicode text\" of spreadsheets), not in UTF-8", hint: "save it as \"CSV UTF-8\"")
        case .nul:
            .init(
                "has a byte 00 in its first line: it is damaged, or no text", hint: "ask the sender for the file again")
        case .separatorLine:
            .init("begins with a line `sep=`, which is for one spreadsheet alone", hint: "remove the first line")
        case .separator(let character):
            .init(
                "has '\(character)' between its columns", hint: "save it with commas between them, as \"CSV UTF-8\"")
        case .noTable:
            .init("is not a table: its first line has none of the columns", hint: "ask the sender for the CSV file")
        case .noRows: .init("has a header and no row", hint: "ask the sender for the file again")
        }
    }

    private static let export: English = "open it and save it as \"CSV UTF-8\", every column as text"
}
