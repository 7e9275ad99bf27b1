import Foundation

do {
    var rows: [Row] = []
    rows.append(try CipherBenchmark.row())
    print(Report.table(rows))
    exit(rows.allSatisfy(\.isMet) ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("benchmark: \(error)\n".utf8))
    exit(70)
}
