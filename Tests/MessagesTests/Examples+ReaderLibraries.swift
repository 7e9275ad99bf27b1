import Files
import Messages

@testable import ReaderLibraries

extension Examples {
    static let readerLibraries: [ExampleSet] = [
        ExampleSet(
            [
                .noSection, .notASetting, .badName, .nameTwice("A"), .tooMany(most: 16), .unknownSetting("colour"),
                .settingTwice("port"), .lacking("library"), .badFamily("acs"), .badLibrary, .badPort(.decard),
                .badPort(.huada), .badBaud, .badSlot,
            ].map { ReaderFileError("/etc/healthcard/readers.conf", 3, $0) }
                + [.missing, .unreadable(InputFileError("/etc/healthcard/readers.conf", .notPermitted)), .notText].map {
                    ReaderFileError("/etc/healthcard/readers.conf", 0, $0)
                }),
        ExampleSet([
            ReaderLibraryError.notLoaded(library: "/usr/lib/libdcrf32.so", reason: "No such file or directory"),
            .functionMissing(library: "/usr/lib/libdcrf32.so", function: "dc_init"),
            .exposed(library: "/usr/lib/libdcrf32.so"), .notOpened(reader: "A", function: "dc_init", code: -1),
            .gone(reader: "A", function: "dc_card_status", code: -1), .failed(function: "dc_cpuapduInt", code: -1),
        ]),
        ExampleSet(parts: [ShortAnswer(library: "/usr/lib/libdcrf32.so", byteCount: 1)]),
    ]
}
