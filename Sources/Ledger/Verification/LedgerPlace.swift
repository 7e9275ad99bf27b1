import Messages

/// A part of a ledger.
enum LedgerPlace: Message {
    case entry(Int64)
    case entryOf(Int64, kind: String)
    case table(String)
    /// - Parameter key: columns that name the row; none of them personal.
    case row(table: String, key: String)
    case station(String)
    /// - Parameter station: empty for the root.
    case head(station: String)
    case countersignatures
    case file
    case page(Int)
    case seal(name: String)
    /// - Parameter object: `trigger entries_no_update`.
    case schema(object: String)

    var english: English {
        switch self {
        case .entry(let number): "entry \(number)"
        case .entryOf(let number, let kind): "entry \(number) (\(kind))"
        case .table(let name), .seal(let name): "\(name)"
        case .row(let table, let key): "\(table) row \(key)"
        case .station(let name): "station \(name)"
        case .head(let station): station.isEmpty ? "head of the root" : "head of station \(station)"
        case .countersignatures: "countersignatures"
        case .file: "file"
        case .page(let number): "page \(number) of the file"
        case .schema(let object): "schema: \(object)"
        }
    }

    var chinese: Chinese {
        switch self {
        case .entry(let number): "第 \(number) 条"
        case .entryOf(let number, let kind): "第 \(number) 条（\(kind)）"
        case .table(let name), .seal(let name): "\(name)"
        case .row(let table, let key): "\(table) 表的 \(key) 行"
        case .station(let name): "工作站 \(name)"
        case .head(let station): station.isEmpty ? "起点" : "工作站 \(station) 的末条"
        case .countersignatures: "会签"
        case .file: "文件"
        case .page(let number): "文件第 \(number) 页"
        case .schema(let object): "结构：\(object)"
        }
    }
}
