// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that peers and their dependencies never reach who uses the library.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "HealthCard", path: "..", traits: []),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
    ],
    targets: [
        .systemLibrary(name: "CPeerLibraries", pkgConfig: "libpcsclite"),
        .target(
            name: "CPeers", dependencies: ["CPeerLibraries"], linkerSettings: [.linkedLibrary("crypto")]),
        // A server of its own, as the tests have.
        .target(
            name: "BenchmarkServer", path: "Sources/PostgreSQLServer",
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CPeers", "BenchmarkServer",
                .product(name: "CardProfiles", package: "HealthCard"),
                .product(name: "ElectronicCard", package: "HealthCard"),
                .product(name: "HealthCard", package: "HealthCard"),
                .product(name: "ISO7816", package: "HealthCard"),
                .product(name: "PCSC", package: "HealthCard"),
                .product(name: "Ledger", package: "HealthCard"),
                .product(name: "Personalization", package: "HealthCard"),
                .product(name: "Production", package: "HealthCard"),
                .product(name: "ShangMi", package: "HealthCard"),
                .product(name: "VirtualCard", package: "HealthCard"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    ]
)
