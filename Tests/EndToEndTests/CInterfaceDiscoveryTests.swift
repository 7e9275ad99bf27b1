import Foundation
import Testing

/// Which readers the C interface takes when nobody says so. Has readers of its own: among shared ones nothing is obvious.
@Suite("The C interface finds card and SAM by itself") struct CInterfaceDiscoveryTests {
    private static let library = Programs.cInterface + "/libMHC_CardInterface.so"

    /// Runs `script` beside three readers: a made card in the first, a SAM in the second.
    private func run(_ script: String) async throws -> Programs.Outcome {
        let setup = """
            IFS=, read -r card sam spare <<< "$HEALTHCARD_VPCD_PORTS"
            H=$1
            mkdir -p "$XDG_CACHE_HOME"
            $H virtual --quiet --port $card --serial 52484300000007A1 & one=$!
            $H virtual --quiet --sam --type 3 --port $sam & two=$!
            trap 'kill $one $two' EXIT
            for try in $(seq 100); do [ "$($H readers | grep -c '  card ')" = 2 ] && break; sleep 0.1; done
            $H personalize --batch Samples/sample-batch --id 99646919970325667X --reader 0 --wait 20 > /dev/null 2>&1
            $H read --json --reader 0 > "$XDG_CACHE_HOME/card.json"
            export HEALTHCARD_CONFIG=/dev/null
            unset HEALTHCARD_READER HEALTHCARD_SAM_READER

            """
        return try await Programs.run(
            Programs.root.appendingPathComponent("Scripts/with-virtual-readers").path,
            ["3", "--", "bash", "-eu", "-c", setup + script, "test", Programs.healthcard()])
    }

    @Test("The only reader with a health card and the only one with a SAM are taken")
    func obvious() async throws {
        let outcome = try await run(
            "/usr/bin/python3 Tests/CInterface/interface.py \(Self.library) < \"$XDG_CACHE_HOME/card.json\"")
        #expect(
            outcome.status == 0, "\(String(decoding: outcome.output, as: UTF8.self))\(outcome.errors.suffix(3_000))")
    }

    @Test("Of two cards none is taken")
    func ambiguous() async throws {
        let outcome = try await run(
            """
            $H virtual --quiet --port $spare --serial 52484300000007A2 --state "$XDG_CACHE_HOME/two.json" & three=$!
            trap 'kill $one $two $three' EXIT
            for try in $(seq 100); do [ "$($H readers | grep -c '  card ')" = 3 ] && break; sleep 0.1; done
            $H personalize --batch Samples/sample-batch --id 993715194405212056 --reader 2 --wait 20 > /dev/null 2>&1
            /usr/bin/python3 - <<'PROGRAM'
            import ctypes
            library = ctypes.CDLL("\(Self.library)")
            library.OpenDevice.restype = ctypes.c_void_p
            device = ctypes.c_void_p(library.OpenDevice(1))
            name = ctypes.create_string_buffer(64)
            print(library.iR_DDF1EF06Info(device, name, None, None, None, None), name.value)
            PROGRAM
            """)
        #expect(outcome.status == 0, "\(outcome.errors.suffix(3_000))")
        #expect(String(decoding: outcome.output, as: UTF8.self) == "104 b''\n")
    }
}
