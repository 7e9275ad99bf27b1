import ShangMi

/// The digest over a batch's orders, or over its rows set aside: each row keeps the digest up to it and the batch's entry
/// the last one, so that the first row that was changed can be named.
struct OrderDigest {
    private(set) var value = LedgerEntry.noHash
    private(set) var count = 0

    mutating func append(_ order: Order) {
        // Orders that were enrolled before rows had digests keep the fields they were digested with.
        append(
            [
                order.batch, String(order.sequence), order.idNumber, String(order.row), String(order.offset),
                order.collectionPoint, order.replacementReason == nil ? "0" : "1", order.replacementReason ?? "",
            ] + (order.contentDigest.map { [$0] } ?? []))
    }

    mutating func append(_ row: SetAsideRow, batch: String) {
        append([
            batch, String(count + 1), String(row.row), row.idNumber == nil ? "0" : "1", row.idNumber ?? "",
            row.reason.code, row.reason.text,
        ])
    }

    /// SM3 over the digest before (32 bytes) and the fields, as entries are hashed.
    private mutating func append(_ fields: [String]) {
        var hasher = SM3.Hasher()
        hasher.update(LowercaseHex.decode(value) ?? [])
        hasher.update(fields: fields)
        value = LowercaseHex.encode(hasher.finalize())
        count += 1
    }
}
