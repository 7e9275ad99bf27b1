import Messages

extension TableForm {
    public var chinese: Chinese {
        switch self {
        case .workbook: .init("是 Excel 工作簿（.xlsx），不是 CSV", hint: Self.export)
        case .oldWorkbook: .init("是旧版 Office 文件（.xls、.doc），不是 CSV", hint: Self.export)
        case .openWorkbook: .init("是 OpenDocument 电子表格（.ods），不是 CSV", hint: Self.export)
        case .archive: .init("是压缩包，不是 CSV", hint: "请解压后放入 CSV 文件")
        case .document: .init("是文档，不是 CSV", hint: Self.request)
        case .html: .init("是网页（HTML），不是 CSV", hint: Self.request)
        case .xml: .init("是 XML，不是 CSV", hint: Self.request)
        case .json: .init("是 JSON，不是 CSV", hint: Self.request)
        case .utf16: .init("是 UTF-16 编码（电子表格的“Unicode 文本”），不是 UTF-8", hint: "请另存为“CSV UTF-8”")
        case .nul: .init("第一行含有字节 00，文件已损坏或不是文本", hint: "请向报送方重新索取")
        case .separatorLine: .init("第一行为 `sep=`，只有个别电子表格使用", hint: "请删除第一行")
        case .separator(let character): .init("各列之间为“\(character)”", hint: "请改用逗号分隔，另存为“CSV UTF-8”")
        case .noTable: .init("不是表格：第一行中没有规定的列名", hint: Self.request)
        case .noRows: .init("只有标题行，没有数据行", hint: "请向报送方重新索取")
        }
    }

    private static let export: Chinese = "请打开后另存为“CSV UTF-8”，各列均设为文本"
    private static let request: Chinese = "请向报送方索取 CSV 文件"
}
