import CardProfiles

extension UpdateRun {
    /// Holds the card as it would be to the rules between its values. Only what the changes touch is looked at and
    /// complained of: a card that was wrong before may be mended value by value.
    ///
    /// - Throws: ``HealthCardError`` of code `contradiction` before anything is written; others as reading does.
    func checkRelations() throws(HealthCardError) {
        let relations = session.profile.relations
        let (texts, dates, touched) = changed(relations)
        let needed = relations.related(to: touched)
        guard !needed.isEmpty else { return }
        let unknown = needed.subtracting(texts.keys).filter { !relations.rules.notBeforeBirth.contains($0) }
        let card = try known(unknown)
        let findings = relations.findings(latest: .today(today), dates: dates) { field in
            let reference = relations.reference(of: field)
            // What the changes clear is no value, whatever the card says now.
            if let text = texts[reference] { return text }
            return card[reference]
        }.filter { !touched.isDisjoint(with: $0.compared) }
        guard findings.isEmpty else {
            throw HealthCardError(.contradiction, .contradictions(findings.map(ItemContradiction.init)))
        }
    }

    /// What the changes say: values by item, nil for one that is cleared, and the days in lists.
    private func changed(
        _ relations: ValueRelations
    ) -> (texts: [ItemReference: String?], dates: [ValueRelations.EntryDate], touched: Set<ItemReference>) {
        var texts: [ItemReference: String?] = [:]
        var dates: [ValueRelations.EntryDate] = []
        var touched: Set<ItemReference> = []
        func text(_ bytes: some Collection<UInt8>, _ item: Item) -> String? {
            ((try? ItemCodec.decode(Array(bytes), as: item, profile: session.profile)) ?? nil)?.text
        }
        for (file, change) in files {
            for item in file.items {
                let reference = ItemReference(section: file.section, item: item.name)
                switch change {
                case .records(let records):
                    guard let number = item.record, let record = records[number] else { continue }
                    touched.insert(reference)
                    texts.updateValue(text(record.dropFirst(2), item), forKey: reference)
                case .entries(let entries):
                    guard let offset = item.offset else { continue }
                    for (index, entry) in entries.enumerated() where offset + item.length <= entry.count {
                        guard let day = text(entry[offset..<offset + item.length], item).flatMap({ CalendarDate($0) })
                        else { continue }
                        touched.insert(reference)
                        dates.append(ValueRelations.EntryDate(reference, entry: index + 1, day))
                    }
                case .picture: continue
                }
            }
        }
        return (texts, dates, touched)
    }

    /// What the card says now of these items, as far as it can be read.
    private func known(_ items: Set<ItemReference>) throws(HealthCardError) -> [ItemReference: String] {
        guard !items.isEmpty else { return [:] }
        let document = try session.read(ReadScope(sections: Set(items.map(\.section)), visits: .none)).document
        var texts: [ItemReference: String] = [:]
        for item in items {
            if let value = document.value(item) { texts[item] = value.text }
        }
        return texts
    }
}
