import CardProfiles
import ISO7816

extension HealthCardSession {
    /// Finds out habits that have not shown yet, without a right: how directories are reached, and how records are read
    /// where anybody may.
    ///
    /// - Parameter provesKeys: read what needs a right as well, and see whether a directory that is selected again keeps
    ///   it. A key that is not the module's would cost a try.
    /// - Throws: ``HealthCardError`` with `channel` when the card goes away; what a card refuses stays unknown.
    func findHabits(provesKeys: Bool) throws(HealthCardError) {
        for directory in profile.directories {
            try attempt { () throws(ReadFailure) in try enter(directory) }
            guard provesKeys, reader.current == directory.name else { continue }
            try attempt { () throws(ReadFailure) in try findHabits(in: directory) }
        }
    }

    private func findHabits(in directory: DirectoryDefinition) throws(ReadFailure) {
        for file in directory.files {
            // The picture shows what there is to know of long files; visits need not be read for that.
            if case .visits = file.shape { continue }
            guard case .key(let key) = file.read else { continue }
            try prove(key)
            _ = try read(file, scope: .everything)
        }
        guard reader.habits.keepsRightsOnReselect == nil, !rights.isEmpty,
            let file = directory.files.first(where: {
                if case .key(let key) = $0.read { $0.structure.recordCount > 0 && rights.contains(key) } else { false }
            })
        else { return }
        guard try enterAnew(directory) == .open else { return }
        do {
            _ = try reader.records([1], of: file)
            reader.learn(keepsRightsOnReselect: true)
        } catch .step(let error) where error.status == .securityStatusNotSatisfied {
            reader.learn(keepsRightsOnReselect: false)
        }
    }

    /// A step whose refusal is a finding.
    private func attempt(_ step: () throws(ReadFailure) -> Void) throws(HealthCardError) {
        do {
            try step()
        } catch .card(let error) {
            throw error
        } catch {}
    }
}
