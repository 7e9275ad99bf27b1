extension CardSystem {
    /// What the chip loses with a reset; a right card keeps everything (``CardBehaviour/volatile``).
    func loseVolatileMemory(_ volatile: Set<VolatileMemory>) {
        guard !volatile.isEmpty else { return }
        for (index, directory) in store.directories.enumerated() {
            if volatile.contains(.blocking), store.blocking(of: index) == .temporary {
                store.stage(blocking: .none, of: index)
            }
            if volatile.contains(.wrongMACs), store.wrongMACs(in: index) != 0 { store.stage(wrongMACs: 0, in: index) }
            guard volatile.contains(.retryCounters) else { continue }
            for key in directory.keys where store.triesLeft(of: key) != key.tries {
                store.stage(triesLeft: key.tries, of: key)
            }
        }
        if volatile.contains(.cardBlocking), store.isBlocked { store.stageUnblocked() }
        guard volatile.contains(.binaryUpdates) else { return commitLosses() }
        for update in volatileUpdates.reversed() {
            let content = store.directories[update.directory].files[update.file].content
            store.memory.stage(update.before, at: content.lowerBound + update.offset)
        }
        volatileUpdates = []
        commitLosses()
    }

    private func commitLosses() {
        // A chip that cannot write now has lost nothing.
        try? store.commit()
    }

    /// An update of a binary file that the chip keeps in memory that needs power.
    struct VolatileUpdate {
        let directory: Int
        let file: Int
        let offset: Int
        let before: [UInt8]
    }
}
