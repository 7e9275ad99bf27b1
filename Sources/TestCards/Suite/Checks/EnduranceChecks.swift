import CardProfiles
import ISO7816

/// Many writes to one place, each read back (`Docs/card.md §4`). Only when the user asks, since memory wears out.
enum EnduranceChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        guard plan.options.enduranceWrites > 0 else { return [] }
        let files = plan.profile.files.filter { plan.profile.key(of: $0.update) != nil }
        return files.map { check($0, writes: plan.options.enduranceWrites) }
    }

    private static func check(_ file: FileDefinition, writes: Int) -> Check {
        Check(
            .endurance, "\(file.path).writes",
            CheckText("\(file.path): \(writes) writes to one place", "\(file.path)：同一位置写入 \(writes) 次"),
            clause: "Docs/card.md §4", expected: CheckText("each is read back as it was written", "每次读出与写入一致")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                var content = try bench.look(at: file)
                for number in 1...writes {
                    let (command, after) = try bench.prepareChange(of: file, from: content)
                    let answer = try bench.send(command)
                    try bench.expect(
                        answer.status == .ok, "write \(number) of \(writes) was answered \(answer.status)",
                        "第 \(number) 次写入（共 \(writes) 次）应答 \(answer.status)")
                    let before = content
                    content = try bench.look(at: file)
                    try bench.expect(
                        content != before || after == before,
                        "write \(number) of \(writes) was answered 9000, and the old content is there",
                        "第 \(number) 次写入（共 \(writes) 次）应答 9000，内容仍为旧值")
                    try bench.expectSame(
                        content, after, file,
                        CheckText("after write \(number) of \(writes)", "第 \(number) 次写入后（共 \(writes) 次）"))
                }
            }
            bench.found("\(writes) writes, all read back", "写入 \(writes) 次，读出全部一致")
        }
    }
}
