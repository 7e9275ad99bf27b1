import Foundation

do {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let role = CardProcess(arguments) {
        try role.run()
        exit(0)
    }
    let options = try Options(arguments)
    var rows: [Row] = []
    for part in Part.allCases where options.parts.contains(part) {
        rows += try part.rows()
    }
    print(Report.table(rows))
    if let path = options.output {
        try Report.page(rows).write(toFile: path, atomically: true, encoding: .utf8)
    }
    exit(rows.allSatisfy(\.isMet) ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("benchmark: \(error)\n".utf8))
    exit(70)
}
