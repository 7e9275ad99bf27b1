import CLibFuzzer
import Foundation

// fuzz TARGET [libFuzzer's options and corpus folders]
let target = CommandLine.arguments.dropFirst().first.flatMap { FuzzTarget.all[$0] }
guard let target else {
    print("usage: fuzz TARGET [libFuzzer options] [corpus folders]\ntargets:")
    for name in FuzzTarget.all.keys.sorted() { print("  \(name)") }
    exit(2)
}
FuzzTarget.current = target

// The target's name is ours; libFuzzer sees the rest.
var count = CommandLine.argc - 1
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
let code = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    FuzzTarget.current(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}
exit(code)
