import CardProfiles
import HealthCard
import ISO7816
import Messages

/// Whole flows of a clinic, by the library's own session: record a visit, trust it, free it (`Docs/card.md §3.2`).
enum VisitFlowChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let kinds = (try? VisitLayout.all(in: plan.profile)) ?? []
        return kinds.flatMap { layout in
            [record(layout), firstFree(layout), full(layout)] + layout.files.map { chain($0, layout) }
        }
    }

    private static func title(_ layout: VisitLayout, _ en: English, _ zh: Chinese) -> CheckText {
        .init("\(layout.kind): \(en)", "\(layout.index.title)：\(zh)")
    }

    // MARK: A sample visit

    /// A visit on the first day the signing certificate is valid, with every required item.
    static func sample(_ layout: VisitLayout, on day: CalendarDate) throws(CheckStop) -> VisitContent {
        var content = VisitContent(layout)
        do {
            for item in layout.items where item.isRequired {
                try content.set(value(of: item, layout.profile, day), for: item)
            }
            try content.check()
        } catch {
            throw .notRun(.init("no sample visit: \(error)", "无法构造示例就诊记录：\(error)"))
        }
        return content
    }

    private static func value(of item: Item, _ profile: CardProfile, _ day: CalendarDate) -> ItemValue? {
        switch item.format {
        case .text: .text(String("测试TEST".prefix(max(1, item.length / 2))))
        case .digits: .digits(String(repeating: "1", count: item.digits.lowerBound))
        case .number: .number(1)
        case .amount: .amount("1.00")
        case .code(let name): profile.codeTable(name)?.entries.first.map { .code($0.code) }
        case .date: .date(day)
        case .dateTime: CalendarDateTime(date: day, hour: 9, minute: 30, second: 0).map { .dateTime($0) }
        case .flag: .flag(true)
        case .idNumber, .binary, .photo: nil
        }
    }

    /// Session, sample and whom to trust, for a test card in its present state.
    private struct Clinic {
        let session: HealthCardSession
        let content: VisitContent
        let trust: VisitTrust
    }

    private static func clinic(_ layout: VisitLayout, _ bench: CheckBench) throws(CheckStop) -> Clinic {
        try bench.beginsSession(in: layout.index.directory)
        try bench.reset()
        do {
            let module = try SoftwareSecurityModule.testKeys(bench.profile)
            let anchor = try TrustAnchor.testRoot(bench.profile, of: layout.certificateLayout)
            let certificate = try Certificate(try module.signingCertificate(), layout: layout.certificateLayout)
            guard let day = certificate.notBefore else {
                throw CheckStop.notRun(.init("the signing certificate has no dates", "签名证书没有日期"))
            }
            return Clinic(
                session: HealthCardSession(
                    channel: bench.link, profile: bench.profile, securityModule: module, dialect: bench.dialect.name,
                    habits: nil),
                content: try sample(layout, on: day), trust: VisitTrust(anchors: [anchor]))
        } catch let stop as CheckStop {
            throw stop
        } catch {
            throw .notRun(
                .init(
                    "visits cannot be signed here: \(AnyMessage(of: error))",
                    "此处无法签名：\(AnyMessage(of: error))"))
        }
    }

    /// Index and files as they were, whatever happens in between.
    private static func restoring(
        _ layout: VisitLayout, _ files: some Collection<FileDefinition>, _ bench: CheckBench,
        _ work: () throws(CheckStop) -> Void
    ) throws(CheckStop) {
        guard let file = files.first else { return try bench.restoring(layout.index, work) }
        try bench.restoring(file) { () throws(CheckStop) in
            try restoring(layout, files.dropFirst(), bench, work)
        }
    }

    private static func run<Result>(
        _ bench: CheckBench, _ work: () throws(VisitError) -> Result
    ) throws(CheckStop) -> Result {
        do { return try work() } catch { throw bench.fail("\(error)", "流程失败：\(error)") }
    }

    // MARK: Flows

    private static func record(_ layout: VisitLayout) -> Check {
        Check(
            .visits, "\(layout.kind).flow", title(layout, "record, verify, free", "写入、验证、释放"),
            clause: "Docs/card.md §3.2 flows 5-7; Docs/protocol.md §6, §7",
            expected: .init(
                "the visit is listed, its signature and certificate hold, and it is not listed any more once freed",
                "写入后可列出，签名与证书有效；释放后不再列出")
        ) { bench throws(CheckStop) in
            let free = try freeRecords(layout, bench)
            guard let first = free.first else {
                throw .notApplicable(.init("every record holds a visit", "没有空闲记录"))
            }
            try restoring(layout, [layout.files[first - 1]], bench) { () throws(CheckStop) in
                let clinic = try clinic(layout, bench)
                let before = try run(bench) { () throws(VisitError) in try clinic.session.listedVisits(layout.kind) }
                let report = try run(bench) { () throws(VisitError) in try clinic.session.writeVisit(clinic.content) }
                let visits = try run(bench) { () throws(VisitError) in try clinic.session.visits(layout.kind) }
                guard let visit = visits.first(where: { $0.record == report.record }) else {
                    throw bench.fail("the visit is not listed", "写入的记录未列出")
                }
                try bench.expect(
                    visit.content.bytes == clinic.content.bytes, "the visit reads otherwise", "读出内容不符")
                let verification = try run(bench) { () throws(VisitError) in
                    try clinic.session.verify(visit, by: clinic.trust)
                }
                try bench.expect(
                    verification.isTrusted, "\(verification.problems)", "验证未通过：\(verification.problems)")
                _ = try run(bench) { () throws(VisitError) in
                    try clinic.session.reimburseVisit(layout.kind, record: report.record, ifTrustedBy: clinic.trust)
                }
                let after = try run(bench) { () throws(VisitError) in try clinic.session.listedVisits(layout.kind) }
                try bench.expect(after == before, "listed are \(after), expected \(before)", "列出 \(after)，应为 \(before)")
            }
        }
    }

    private static func firstFree(_ layout: VisitLayout) -> Check {
        Check(
            .visits, "\(layout.kind).first-free", title(layout, "the first free record is taken", "写入第一个空闲记录"),
            clause: "Docs/card.md §3.2 flow 5",
            expected: .init("with record 1 valid, the visit goes into the next free one", "1 号有效时写入其后的空闲记录")
        ) { bench throws(CheckStop) in
            let free = try freeRecords(layout, bench).filter { $0 != 1 }
            guard let next = free.first else {
                throw .notApplicable(.init("no record but the first is free", "除 1 号外没有空闲记录"))
            }
            try restoring(layout, [layout.files[next - 1]], bench) { () throws(CheckStop) in
                try bench.reset()
                try bench.enter(layout.index.directory, with: [layout.index.update])
                try bench.selectFile(layout.index)
                try bench.expect(.ok, for: bench.mark(1, of: layout.index, valid: true))
                let clinic = try clinic(layout, bench)
                let report = try run(bench) { () throws(VisitError) in try clinic.session.writeVisit(clinic.content) }
                try bench.expect(
                    report.record == next, "record \(report.record), expected \(next)",
                    "写入第 \(report.record) 号，应为 \(next)")
            }
        }
    }

    private static func full(_ layout: VisitLayout) -> Check {
        Check(
            .visits, "\(layout.kind).full", title(layout, "no record is free", "没有空闲记录时"),
            clause: "Docs/card.md §3.2 flow 5", expected: .init("nothing is written", "不写入")
        ) { bench throws(CheckStop) in
            try bench.restoring(layout.index) { () throws(CheckStop) in
                try bench.enter(layout.index.directory, with: [layout.index.update])
                try bench.selectFile(layout.index)
                for number in stride(from: 1, through: layout.index.structure.recordCount, by: 1) {
                    try bench.expect(.ok, for: bench.mark(number, of: layout.index, valid: true))
                }
                let clinic = try clinic(layout, bench)
                do throws(VisitError) {
                    _ = try clinic.session.writeVisit(clinic.content)
                } catch {
                    if case .noFreeRecord = error.problem { return }
                    throw bench.fail("\(error)", "流程失败：\(error)")
                }
                throw bench.fail("a visit was written over another one", "覆盖了已有记录")
            }
        }
    }

    private static func freeRecords(_ layout: VisitLayout, _ bench: CheckBench) throws(CheckStop) -> [Int] {
        let flag = layout.index.items.first?.flag
        var free: [Int] = []
        for number in 1...layout.files.count
        where try bench.record(number, of: layout.index).first == flag?.no { free.append(number) }
        return free
    }

    // MARK: Visits that are on the card

    private static func chain(_ file: FileDefinition, _ layout: VisitLayout) -> Check {
        Check(
            .certificates, "\(file.path).signature",
            .init("\(file.path): signature and certificate of a valid visit", "\(file.path)：有效就诊记录的签名与证书"),
            clause: "Docs/protocol.md §6, §7, §11 Trusting visits",
            expected: .init(
                "a signature of the SAM, its certificate of the test root and valid on that day",
                "SAM 签名，其证书由测试根签发且当日有效")
        ) { bench throws(CheckStop) in
            guard case .visits(_, let number) = file.shape else { return }
            guard try bench.record(number, of: layout.index).first == layout.index.items.first?.flag.yes else {
                throw .notApplicable(.init("the record is free", "该记录空闲"))
            }
            guard let visit = try? Visit(record: number, bytes: bench.bytes(of: file), layout: layout),
                let anchor = try? TrustAnchor.testRoot(bench.profile, of: layout.certificateLayout)
            else { throw bench.fail("it cannot be read", "无法读取") }
            let found = visit.verified(by: VisitTrust(anchors: [anchor]), isTestCard: true)
            try bench.expect(found.isTrusted, "\(found.problems)", "\(found.problems)")
        }
    }
}
