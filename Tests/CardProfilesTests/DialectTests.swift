import Testing

@testable import CardProfiles

/// Another maker's way of making cards is YAML alone.
struct DialectTests {
    private static let makers = """
        overlay: makers
        base: resident-health-card
        defaultDialect: prepared
        dialects:
          proprietary:
            title: commands of its own, a file command for each structure
            phases: [open, structure, keys, content, readBack, activate]
            codes:
              descriptors: { directory: 38, transparent: 28, linearFixed: 2A, linearVariableTLV: 2C, cyclic: 2E }
              rights: { always: F0, never: EF }
              protections: { plain: 00, mac: 40, encryptedMAC: C0 }
              usages: { external: 08, internal: 07, maintenance: 06 }
            writing: { linearVariableTLV: plain, cyclic: encryptedMAC, transparent: plain, linearFixed: none }
            commands:
              createDirectory: "80 E0 fid : descriptor FF FF F0 F0 95 FF FF name"
              createFile:
                transparent: "80 E0 fid : descriptor size:2 read update FF sfi|80"
                linearVariableTLV: "80 E0 fid : descriptor contentSize:2 read update protection sfi|80"
                cyclic: "80 E0 fid : descriptor recordCount recordSize read update protection sfi|80"
                linearFixed: "80 E0 fid : descriptor recordCount recordSize read update protection sfi|80"
              writeKey: "84 D4 01 reference : usage version algorithm tries key @ encryptedMAC(transport)"
              writeRecordPlain: "00 DC record sfi<<3|04 : data"
              writeCyclicRecord: "04 DC 00 sfi<<3|03 : data @ encryptedMAC(maintenance)"
              writeBinary: "00 D6 offset:2 : data"
              activate: ["80 0E 00 00", "00 44 00 00"]
          prepared:
            title: files and keys are there, one file waits for activation
            preStructured: true
            directoriesThroughMaster: true
            reselectDropsRights: false
            phases: [open, content, activate, finish, readBack]
            codes:
              descriptors: {}
              rights: { always: 00, never: FF }
              protections: { plain: 00, mac: 01, encryptedMAC: 02 }
              usages: { external: 01, internal: 02, maintenance: 03 }
            writing: { linearVariableTLV: encryptedMAC, cyclic: encryptedMAC, transparent: plain, linearFixed: none }
            writingExceptions: { DDF1/EF05: plain, DDF1/EF06: plain, DDF1/EF08: afterActivation }
            commands:
              writeRecord: "04 DC record sfi<<3|04 : data @ encryptedMAC(maintenance)"
              writeRecordPlain: "00 DC record sfi<<3|04 : data"
              writeCyclicRecord: "04 DC 00 sfi<<3|03 : data @ encryptedMAC(maintenance)"
              writeBinary: "00 D6 offset:2 : data"
              activateDirectory: "80 F0 40 04 : name"

        """

    private func card() throws -> CardProfile {
        try CardProfile(
            yaml: try Repository.base(), file: "card.yaml", overlays: [(yaml: Self.makers, file: "makers.yaml")])
    }

    @Test func fileCommandsGoByStructure() throws {
        let card = try card()
        let dialect = try #require(card.dialect("proprietary"))
        let file = try #require(card.file("DF02/EF07"))
        let template = try #require(dialect.command(for: .createFile, kind: file.structure.kind))
        let command = try template.render([
            .fid: .number(Int(file.fileIdentifier.rawValue)), .descriptor: .number(0x2E),
            .recordCount: .number(file.structure.recordCount), .recordSize: .number(file.structure.recordSize),
            .read: .number(Int(try #require(dialect.code(of: file.read, in: card)))),
            .update: .number(Int(try #require(dialect.code(of: file.update, in: card)))),
            .protection: .number(0xC0), .sfi: .number(Int(file.sfi.rawValue)),
        ])
        #expect(command.header == [0x80, 0xE0, 0xEF, 0x07])
        #expect(command.data.map(Repository.hex) == "2e03788487c087")
        #expect(dialect.command(for: .createFile, kind: .directory) == nil)
        #expect(dialect.code(of: .always, in: card) == 0xF0 && dialect.code(of: .never, in: card) == 0xEF)
        #expect(dialect.commands(for: .activate).map(\.description) == ["80 0E 00 00", "00 44 00 00"])
    }

    @Test func writingHasExceptions() throws {
        let card = try card()
        let dialect = try #require(card.dialect(card.defaultDialect))
        #expect(dialect.isPreStructured && dialect.directoriesThroughMaster && !dialect.reselectDropsRights)
        func writing(_ path: String) throws -> InitialWriting {
            dialect.initialWriting(of: try #require(card.file(path)))
        }
        #expect(try writing("DDF1/EF05") == .with(.plain) && writing("DDF1/EF08") == .afterActivation)
        #expect(try writing("DF01/EF05") == .with(.encryptedMAC) && writing("DF03/EF05") == .none)
        #expect(dialect.command(for: .createFile) == nil && dialect.command(for: .readRecord) != nil)
    }

    @Test func theReferenceDialectStaysAsItWas() throws {
        let base = try CardProfile.bundled()
        #expect(try card().dialect(base.defaultDialect) == base.dialect(base.defaultDialect))
    }
}
