import CLinux
import Messages
import SystemLibraries
import Testing

@Suite("Libraries that are loaded when they are needed") struct SystemLibraryTests {
    @Test(
        "Each is there with every function that is called, also when many ask at once",
        arguments: SystemLibrary.allCases)
    func loaded(_ library: SystemLibrary) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try library.load() } }
            try await group.waitForAll()
        }
    }

    @Test("They and what they bring count as code of the program, whether somebody has needed them or not")
    func visited() {
        final class Names { var all: Set<String> = [] }
        let names = Names()
        withExtendedLifetime(names) {
            healthcard_visit_code(
                { name, _, _, _, wasThere, context in
                    guard wasThere != 0, let name, let context else { return }
                    Unmanaged<Names>.fromOpaque(context).takeUnretainedValue().all.insert(String(cString: name))
                }, Unmanaged.passUnretained(names).toOpaque())
        }
        // One of each, and libraries that only they need.
        for part in ["libpq.so", "libpangocairo-1.0.so", "libxml2.so", "libturbojpeg.so", "libjpeg.so", "libzint.so"] {
            #expect(names.all.contains { $0.hasPrefix(part) }, "\(part)")
        }
        for part in ["libssl.so", "libcairo.so", "libpango-1.0.so", "libgobject-2.0.so", "libicuuc.so"] {
            #expect(names.all.contains { $0.hasPrefix(part) }, "\(part)")
        }
    }

    @Test("What is missing is said with the package it comes in")
    func words() {
        let missing = MissingLibrary(.postgreSQL, missing: "libpq.so.5")
        #expect(missing.what(in: .english) == "a library of the system is missing (libpq.so.5)")
        #expect(missing.hint(in: .english) == "install it: `apt install libpq5`")
        #expect(missing.what(in: .chinese) == "系统缺少程序库（libpq.so.5）")
    }
}
