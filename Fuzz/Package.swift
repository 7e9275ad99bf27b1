// swift-tools-version: 6.2
import PackageDescription

// Built by Fuzz/run, which adds the coverage that libFuzzer steers by to every module.
let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "HealthCard", path: "..", traits: [])],
    targets: [
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CLibFuzzer",
                .product(name: "ISO7816", package: "HealthCard"),
                .product(name: "ShangMi", package: "HealthCard"),
                .product(name: "CardProfiles", package: "HealthCard"),
                .product(name: "HealthCard", package: "HealthCard"),
                .product(name: "ElectronicCard", package: "HealthCard"),
                .product(name: "Releases", package: "HealthCard"),
                .product(name: "Ledger", package: "HealthCard"),
                .product(name: "Photos", package: "HealthCard"),
                .product(name: "Personalization", package: "HealthCard"),
                .product(name: "Production", package: "HealthCard"),
                .product(name: "CHealthCard", package: "HealthCard"),
                .product(name: "CardInterfaceService", package: "HealthCard"),
                .product(name: "TestCards", package: "HealthCard"),
                .product(name: "VirtualCard", package: "HealthCard"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ]
)
