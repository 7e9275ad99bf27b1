import CardProfiles
import Foundation

/// What "the same environment" was when cards were made: `environment.json`. A formal run is held against that of the
/// test cards it rests on (Docs/testcards.md).
public struct EnvironmentRecord: Codable, Sendable, Hashable {
    public static let currentFormat = "resident-health-card-environment/1"

    public struct Reader: Codable, Sendable, Hashable {
        public let name: String
        /// Vendor, version and serial number as the driver tells them; empty where it does not.
        public let vendor: String
        public let driverVersion: String
        public let serialNumber: String

        public init(name: String, vendor: String, driverVersion: String, serialNumber: String) {
            self.name = name
            self.vendor = vendor
            self.driverVersion = driverVersion
            self.serialNumber = serialNumber
        }
    }

    public var format = EnvironmentRecord.currentFormat
    public var maker: String
    public var product: String
    public var productVersion: String
    public var dialect: String
    /// ``CardProfile/cardDigest``.
    public var profileDigest: String
    public var engineVersion: String
    public var softwareDigest: String
    /// SM3 over the plan for one invented person: the commands that make a card.
    public var planDigest: String
    public var readers: [Reader]
    /// Empty without a daemon.
    public var serviceVersion: String
    public var station: String
    public var operatorName: String

    public init(
        maker: String, product: String, productVersion: String, dialect: String, profileDigest: String,
        engineVersion: String, softwareDigest: String, planDigest: String, readers: [Reader],
        serviceVersion: String, station: String, operatorName: String
    ) {
        self.maker = maker
        self.product = product
        self.productVersion = productVersion
        self.dialect = dialect
        self.profileDigest = profileDigest
        self.engineVersion = engineVersion
        self.softwareDigest = softwareDigest
        self.planDigest = planDigest
        self.readers = readers
        self.serviceVersion = serviceVersion
        self.station = station
        self.operatorName = operatorName
    }

    /// Reads a file.
    public init(path: String) throws(CampaignError) {
        let bytes = try CampaignFolder.read(path, atMost: 1 << 20)
        guard let record = try? JSONDecoder().decode(EnvironmentRecord.self, from: Data(bytes)),
            record.format == Self.currentFormat
        else { throw .file(path: path, problem: .notAnEnvironment) }
        self = record
    }

    /// One thing that is not as it was.
    public struct Difference: Sendable, Hashable {
        public let field: String
        public let tested: String
        public let now: String
        /// New test cards are wanted before formal ones are made.
        public let isGrave: Bool
    }

    /// What is not as it was when the test cards were made, the grave ones first.
    public func differences(from tested: EnvironmentRecord) -> [Difference] {
        func list(_ readers: [Reader], _ value: (Reader) -> String) -> String {
            Set(readers.map(value)).filter { !$0.isEmpty }.sorted().joined(separator: ", ")
        }
        let pairs: [(field: String, tested: String, now: String, isGrave: Bool)] = [
            ("maker", tested.maker, maker, true), ("product", tested.product, product, true),
            ("productVersion", tested.productVersion, productVersion, true),
            ("dialect", tested.dialect, dialect, true), ("profileDigest", tested.profileDigest, profileDigest, true),
            ("engineVersion", tested.engineVersion, engineVersion, true),
            ("planDigest", tested.planDigest, planDigest, true),
            ("softwareDigest", tested.softwareDigest, softwareDigest, false),
            ("readers", list(tested.readers, \.vendor), list(readers, \.vendor), false),
            ("drivers", list(tested.readers, \.driverVersion), list(readers, \.driverVersion), false),
            ("serviceVersion", tested.serviceVersion, serviceVersion, false),
            ("station", tested.station, station, false), ("operatorName", tested.operatorName, operatorName, false),
        ]
        return pairs.filter { $0.tested != $0.now }.map {
            Difference(field: $0.field, tested: $0.tested, now: $0.now, isGrave: $0.isGrave)
        }
    }
}
