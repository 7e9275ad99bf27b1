import CLinux
import Glibc

/// How well this process keeps its memory to itself while it holds keys: no core dump, no debugger of the same user, and
/// no report of a crash with registers and memory in it.
///
/// Nothing here keeps out whoever administers the machine: root reads any memory.
public struct ProcessProtection: Sendable, Hashable {
    /// What the system did not allow; keys are less safe for it.
    public enum Shortfall: Sendable, Hashable, CaseIterable {
        /// The process can be dumped and traced.
        case dumpable
        /// A crash may write a core file.
        case coreFiles
        /// Secrets may be swapped out to a disk.
        case unlockedMemory
        /// Secrets would be in a core dump, if there were one.
        case dumpedMemory
    }

    /// `PR_SET_DUMPABLE` is 0: no core dump, and no other process of this user may look into this one.
    public let isUndumpable: Bool
    /// The limit of core files is 0 and cannot be raised again.
    public let writesNoCoreFile: Bool
    /// The memory of ``SecretBytes``.
    public let memory: SecretMemory.Status

    public var shortfalls: Set<Shortfall> {
        var shortfalls: Set<Shortfall> = []
        if !isUndumpable { shortfalls.insert(.dumpable) }
        if !writesNoCoreFile { shortfalls.insert(.coreFiles) }
        if !memory.isLocked { shortfalls.insert(.unlockedMemory) }
        if !memory.isLeftOutOfDumps { shortfalls.insert(.dumpedMemory) }
        return shortfalls
    }

    /// How it is now.
    public static var current: ProcessProtection {
        var limit = rlimit()
        let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0
        return ProcessProtection(
            isUndumpable: healthcard_prctl_get_dumpable() == 0,
            writesNoCoreFile: isKnown && limit.rlim_cur == 0 && limit.rlim_max == 0, memory: SecretMemory.status)
    }

    /// The signals Swift's runtime answers with a report of the crash.
    private static let crashes = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

    /// Closes the process for the rest of its life, as far as the system allows; before the first key is loaded.
    ///
    /// - Returns: how it is then; what could not be had is among its ``shortfalls``.
    @discardableResult
    public static func engage() -> ProcessProtection {
        _ = healthcard_prctl_set_dumpable(0)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        for number in crashes { signal(number, SIG_DFL) }
        // The first secret shows whether memory can be locked.
        _ = SecretBytes(copying: [0])
        return current
    }
}
