import CardProfiles
import HealthCard
import ISO7816

// MARK: Going on with a card that somebody was cut off from

extension PlanRun {
    /// Carries the plan out on a chip that an earlier run began for the same applicant: what is there is left alone,
    /// what is not is made, and what cannot be told is made again. Whether a key arrived cannot be told; until
    /// activation it may be written anew.
    ///
    /// - Throws: `readBackDiffers` when the chip holds what this image does not say.
    mutating func runOn(_ progress: (PersonalizationProgress) -> Void) throws(PersonalizationError) {
        guard let first = plan.steps.firstIndex(where: { $0.phase == .open && $0.work == .challenge }) else {
            throw .profile(.transportKeyNotProven(dialect: plan.dialect))
        }
        state = max(state, .halfMade)
        // The MF is current after a reset, whatever was looked at before.
        try reset(plan.steps[first])
        try run(from: first, progress) { (run, index) throws(PersonalizationError) in try run.countDone(at: index) }
    }

    /// Looks at a card that is finished, as far as it says, and writes what only a card in use takes.
    ///
    /// - Throws: `readBackDiffers` when it is another card, or this one with something else in it.
    mutating func runOut(_ progress: (PersonalizationProgress) -> Void) throws(PersonalizationError) {
        guard let step = plan.steps.last(where: { $0.work == .readBack }) else {
            throw .profile(.neverReadsBack(dialect: plan.dialect))
        }
        state = .doubtful
        progress(PersonalizationProgress(position: step.position, total: plan.steps.count))
        try reset(step)
        let differences = try differences(from: plan.image, at: step)
        guard !differences.isEmpty else { return }
        let open = Set(differences.map(\.path))
        guard open.isSubset(of: plan.filesAfterActivation),
            let first = plan.steps.firstIndex(where: { $0.phase == .finish })
        else { throw .readBackDiffers(differences, state) }
        try run(from: first, progress) { (run, index) throws(PersonalizationError) in
            guard let content = run.content(at: index), !open.contains(content.path) else { return 0 }
            return run.count(at: index) { $0.content?.path == content.path }
        }
    }

    private mutating func run(
        from first: Int, _ progress: (PersonalizationProgress) -> Void,
        skipping done: (inout PlanRun, Int) throws(PersonalizationError) -> Int
    ) throws(PersonalizationError) {
        var index = first
        while plan.steps.indices.contains(index) {
            let step = plan.steps[index]
            progress(PersonalizationProgress(position: step.position, total: plan.steps.count))
            let skipped = try done(&self, index)
            if skipped == 0 { try run(step) }
            index += max(1, skipped)
        }
    }

    /// How many steps from this one on the card shows to be done; 0: none.
    private mutating func countDone(at index: Int) throws(PersonalizationError) -> Int {
        let step = plan.steps[index]
        guard [.structure, .keys, .content].contains(step.phase) else { return 0 }
        switch step.purpose {
        case .createDirectory, .createKeyFile, .createFile:
            guard try isCreated(step) else { return 0 }
            return count(at: index) { $0.purpose == step.purpose && $0.file == step.file }
        default:
            guard let content = content(at: index), try isWritten(content, step) else { return 0 }
            return count(at: index) { $0.content == content }
        }
    }

    /// What a step writes, or the next one, whose challenge this is.
    private func content(at index: Int) -> PlanStep.Content? {
        let step = plan.steps[index]
        guard step.work == .challenge, plan.steps.indices.contains(index + 1) else { return step.content }
        return plan.steps[index + 1].content
    }

    /// Steps from this one on that belong together, with the challenges before them.
    private func count(at index: Int, _ belongs: (PlanStep) -> Bool) -> Int {
        var end = index
        while plan.steps.indices.contains(end) {
            let next = plan.steps[end].work == .challenge ? end + 1 : end
            guard plan.steps.indices.contains(next), belongs(plan.steps[next]) else { break }
            end = next + 1
        }
        return end - index
    }

    // MARK: Structure

    /// Selecting a directory that is there leaves the card where creating it would.
    private mutating func isCreated(_ step: PlanStep) throws(PersonalizationError) -> Bool {
        guard let name = step.file, let dialect = profile.dialect(plan.dialect) else { return false }
        let answer: ResponseAPDU
        let file = profile.file(name)
        switch step.purpose {
        case .createDirectory:
            guard let directory = profile.directory(name) else { return false }
            var holes: [CommandHole: HoleValue] = [.fid: .number(Int(directory.fileIdentifier.rawValue))]
            if let name = directory.dfName { holes[.name] = .bytes(name) }
            answer = try look(.selectDirectory, holes, at: step)
        case .createKeyFile:
            guard let identifier = dialect.codes.keyFile?.identifier else { return false }
            answer = try look(.selectFile, [.fid: .number(Int(identifier.rawValue))], at: step)
        default:
            guard let file else { return false }
            let holes: [CommandHole: HoleValue] = [
                .fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue)),
            ]
            answer = try look(.selectFile, holes, ne: 256, at: step)
        }
        if answer.status == .fileNotFound { return false }
        guard answer.status == .ok || answer.status.remaining != nil else {
            throw .refused(step.position, answer.status, state)
        }
        if let file { try check(answer.data, file, dialect) }
        return true
    }

    /// A file of another structure under the same identifier is not what an earlier run left.
    private func check(
        _ information: [UInt8], _ file: FileDefinition, _ dialect: Dialect
    ) throws(PersonalizationError) {
        guard let found = try? FileControlInformation(information).descriptor else { return }
        let isSame =
            found.rawValue == dialect.codes.descriptors[file.structure.kind]
            && Int(found.recordSize ?? 0) == file.structure.recordSize
        guard isSame else {
            let difference = CardImage.Difference(path: file.path, record: nil, what: .structure)
            throw .readBackDiffers([difference], state)
        }
    }

    // MARK: Content

    /// Whether the card already holds what a step writes; an error when it holds something else that was not there
    /// when the file was new.
    private mutating func isWritten(
        _ content: PlanStep.Content, _ step: PlanStep
    ) throws(PersonalizationError) -> Bool {
        guard let file = profile.file(content.path), let image = plan.image.file(content.path) else { return false }
        switch content.place {
        case .offset(let offset):
            let end = min(offset + content.count, image.bytes.count)
            guard offset < end else { return false }
            let answer = try look(look.block(offset, count: end - offset, of: file), at: step)
            guard answer.status == .ok else { throw .refused(step.position, answer.status, state) }
            return Array(answer.data.prefix(end - offset)) == Array(image.bytes[offset..<end])
        case .record where file.structure.kind == .cyclic:
            if let known = found.cyclic[file.path] { return known }
            let isWhole = try isWhole(image, file, step)
            found.cyclic[file.path] = isWhole
            return isWhole
        case .record(let number):
            guard !found.unwritten.contains(file.path) else { return false }
            guard let record = try record(number, of: file, step) else {
                found.unwritten.insert(file.path)
                return false
            }
            let wanted = image.records.indices.contains(number - 1) ? image.records[number - 1] : []
            guard record == wanted else {
                throw .readBackDiffers(
                    [CardImage.Difference(path: file.path, record: number, what: .otherPerson)], state)
            }
            return true
        }
    }

    private func isWhole(
        _ image: CardImage.File, _ file: FileDefinition, _ step: PlanStep
    ) throws(PersonalizationError) -> Bool {
        for (index, wanted) in image.records.enumerated() {
            guard try record(index + 1, of: file, step) == wanted else { return false }
        }
        return true
    }

    /// `nil` where there is none.
    private func record(
        _ number: Int, of file: FileDefinition, _ step: PlanStep
    ) throws(PersonalizationError) -> [UInt8]? {
        let answer = try look(look.record(number, of: file), at: step)
        if answer.status == profile.lifeCycle.unwrittenStatus { return nil }
        guard answer.status == .ok else { throw .refused(step.position, answer.status, state) }
        return answer.data
    }
}
