import Foundation
import ShangMi
import Testing

@testable import Releases

/// What was taken back.
extension Attempt {
    static let revocations: [Attempt] = [
        Attempt("a release that is revoked", "releaseRevoked") { bench in
            bench.lists = [try bench.list(revoking: bench.release())]
            return try bench.admission()
        },
        Attempt("revoked by a list that calls the authority otherwise", "releaseRevoked") { bench in
            let release = try bench.release()
            bench.terms.authority = "另一机构"
            bench.lists = [try bench.list(revoking: release)]
            return try bench.admission(release)
        },
        Attempt("revoked, and the list left out the next time", "revocationListMissing") { bench in
            bench.lists = [try bench.list(revoking: bench.release())]
            try #require(try bench.admission() == "releaseRevoked")
            bench.lists = []
            return try bench.admission()
        },
        Attempt("revoked under another name, and the list left out the next time", "revocationListMissing") { bench in
            let release = try bench.release()
            bench.terms.authority = "另一机构"
            bench.lists = [try bench.list(revoking: release)]
            try #require(try bench.admission(release) == "releaseRevoked")
            bench.lists = []
            return try bench.admission(release)
        },
        Attempt("a list that is wanted and not given", "revocationListMissing") { bench in
            bench.terms.revocationNumber = 3
            return try bench.admission()
        },
        Attempt("an older list than the release wants", "revocationListOlder") { bench in
            bench.terms.revocationNumber = 3
            bench.lists = [try bench.list(after: bench.list())]
            return try bench.admission()
        },
        Attempt("an older list than the ledger has seen", "revocationListOlder") { bench in
            let first = try bench.list()
            bench.lists = [try bench.list(after: first)]
            try bench.admit()
            bench.lists = [first]
            return try bench.admission()
        },
        Attempt("another list of the number the ledger has seen", "revocationListForked") { bench in
            bench.lists = [try bench.list(revoking: bench.terms.signed(by: SM2.PrivateKey.generate()))]
            try bench.admit()
            bench.lists = [try bench.list()]
            return try bench.admission()
        },
        Attempt("two lists of one number", "revocationListForked") { bench in
            bench.lists = [
                try bench.list(revoking: bench.terms.signed(by: SM2.PrivateKey.generate())), try bench.list(),
            ]
            return try bench.admission()
        },
        Attempt("a later list from which a revocation is gone", "revocationListForked") { bench in
            bench.lists = [try bench.list(revoking: bench.release()), try bench.list(after: bench.list())]
            return try bench.admission()
        },
        Attempt("a stranger's list, which would not be used", "revocationListNotUsed") { bench in
            bench.lists = [try bench.list(by: SM2.PrivateKey.generate())]
            return try bench.admission()
        },
        Attempt("a stranger's list beside the right one", "revocationListNotUsed") { bench in
            bench.lists = [try bench.list(), try bench.list(by: SM2.PrivateKey.generate())]
            return try bench.admission()
        },
        Attempt("a list with its revocation taken out", "revocationListMalformed") { bench in
            let text = String(decoding: try bench.list(revoking: bench.release()).bytes, as: UTF8.self)
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("revoked: ") }
            bench.lists = [try RevocationList(Array((lines.joined(separator: "\n") + "\n").utf8))]
            return try bench.admission()
        },
        Attempt("a list whose number was edited", "revocationListMalformed") { bench in
            let text = String(decoding: try bench.list().bytes, as: UTF8.self)
            bench.lists = [try RevocationList(Array(text.replacing("number: 1", with: "number: 9").utf8))]
            return try bench.admission()
        },
        Attempt("a list that should have been renewed", "revocationListStale") { bench in
            bench.lists = [try bench.list(nextUpdate: bench.clock.now.advanced(bySeconds: -Bench.day).day)]
            return try bench.admission()
        },
        Attempt("a list of tomorrow", "clockSetBack") { bench in
            bench.lists = [try bench.list(at: bench.clock.now.advanced(bySeconds: Bench.day))]
            return try bench.admission()
        },
        Attempt("revoked by a list before the last", "releaseRevoked") { bench in
            let first = try bench.list(revoking: bench.release())
            bench.lists = [try bench.list(after: bench.list(after: first))]
            return try bench.admission()
        },
    ]
}
