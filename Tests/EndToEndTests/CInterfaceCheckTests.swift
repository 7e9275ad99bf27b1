import Foundation
import Testing

/// `healthcard c-interface check`, over our library and over one that is wrong on purpose.
@Suite("A library with the C interface is checked") struct CInterfaceCheckTests {
    private func check(_ library: String, _ options: [String]) async throws -> (status: Int32, report: JSONValue) {
        let credentials = try Programs.credentials(pin: "123456")
        let outcome = try await Programs.healthcard(
            ["c-interface", "check", library, "--json"] + options,
            environment: ["CREDENTIALS_DIRECTORY": credentials, "HEALTHCARD_CONFIG": "/dev/null"])
        let text = String(decoding: outcome.output, as: UTF8.self)
        #expect(!text.isEmpty, "\(outcome.errors)")
        return (outcome.status, try JSONValue(outcome.output))
    }

    @Test("Ours does what every program wants, and what it says it wrote is on the card")
    func ours() async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("52484300000006C7", slot: slots.card)
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader])
        #expect(making.status == 0, "\(making.errors)")
        let sam = try await CardInSlot.insert(
            "5248435300001005", slot: slots.sam, ["--sam", "--type", "5"])
        let (status, report) = try await check(
            Programs.cInterface + "/libMHC_CardInterface.so",
            ["--reader", card.reader, "--sam-reader", sam.reader, "--write"])
        #expect(report["deviations"] == .list([]), "\(report)")
        #expect(status == 0)
        #expect(report["programs"]?.elements.count == 5)
        try await sam.stop()
        let after = try await JSONValue(Programs.healthcard(["read", "--json", "--reader", card.reader]).output)
        #expect(after["outpatient"]?.elements.contains { $0["facilityName"]?.text?.hasPrefix("Clini") == true } == true)
        try await card.stop()
    }

    @Test("One that writes beyond buffers, cuts at a 00, leaves texts, lies and hangs is found out in each")
    func wrong() async throws {
        let folder = try TestFolder()
        let library = folder.file("libwrong.so")
        try await Programs.output(
            "/usr/bin/gcc",
            [
                "-shared", "-fPIC", "-O1", "-o", library,
                Programs.root.appendingPathComponent("Tests/Support/wrong_interface.c").path,
            ])
        let (status, report) = try await check(library, ["--write", "--patience", "3"])
        #expect(status == 7)
        let found = (report["deviations"]?.elements ?? []).compactMap { deviation -> String? in
            guard let kind = deviation["kind"]?.text, let function = deviation["function"]?.text else { return nil }
            return "\(kind) \(function)"
        }
        for expected in [
            "missing SM3Digest", "missing wsc_GetCardInfo", "died PowerOn", "silent iDClosePort", "overrun iVerifyPIN",
            "text iR_DDF1EF06Info", "code iR_DDF1EF08Info", "text iR_DF01EF05Info", "content iR_DDF1EF07Info",
            "content iW_DF03EDInfo", "content iR_DF03EDInfo",
        ] { #expect(found.contains(expected), "\(expected) of \(found)") }
        let chinese = report["deviations"]?.elements.allSatisfy { $0["chinese"]?.text?.isEmpty == false }
        #expect(chinese == true)
    }

    @Test("One that cannot be loaded is an error in the loader's words, not a deviation")
    func missing() async throws {
        let outcome = try await Programs.healthcard(
            ["c-interface", "check", "/nowhere/lib.so"],
            environment: ["CREDENTIALS_DIRECTORY": Programs.credentials(pin: "123456")])
        #expect(outcome.status == 6)
        #expect(outcome.errors.contains("cannot be loaded") && outcome.errors.contains("/nowhere/lib.so"))
    }
}
