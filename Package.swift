// swift-tools-version: 6.2
// Reads from top to bottom in layer order: a target may only use what stands above it.
import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ path: String? = nil, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, path: path ?? "Sources/\(name)", swiftSettings: house)
}

func program(_ name: String, _ path: String? = nil, uses: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: uses, path: path ?? "Sources/\(name)", swiftSettings: house)
}

func tests(_ name: String, of uses: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: uses + ["TestSupport"], path: "Tests/\(name)", swiftSettings: house)
}

/// A C library of Debian's, seen by exactly one Swift target.
func debian(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "bayplan",
    products: [
        .executable(name: "bayplan", targets: ["bayplan"]),
        .executable(name: "bayplan-agent", targets: ["bayplan-agent"]),
        .executable(name: "bayplan-aggregator", targets: ["bayplan-aggregator"]),
        .executable(name: "bayplan-simulator", targets: ["bayplan-simulator"]),
    ],
    targets: [
        // C modules
        .target(name: "CSystem", path: "Sources/CSystem"),
        debian("CSQLite", "sqlite3", "libsqlite3-dev"),
        debian("CCrypto", "libcrypto", "libssl-dev"),
        debian("CYAML", "yaml-0.1", "libyaml-dev"),
        .systemLibrary(name: "CEpoll", path: "Sources/CEpoll"),

        // Pure: values, text and decisions; no system, no clock, no chance
        library("Inventory"),
        library("JSON"),
        library("Wire", "proto/Wire", uses: ["Inventory", "JSON"]),

        // Facilities: thin over the system or one C library
        library("OS", uses: ["CSystem"]),
        library("Log", uses: ["JSON", "OS"]),
        library("Crypto", uses: ["CCrypto"]),
        library("YAML", uses: ["CYAML"]),
        library("SQLite", uses: ["CSQLite"]),
        library("Settings", uses: ["YAML", "OS"]),
        library("HTTP", uses: ["OS"]),
        library("HTTPServer", uses: ["CEpoll", "OS"]),
        library("Lifecycle", uses: ["OS", "Log"]),

        // One Engine, watched
        library("Docker", uses: ["HTTP", "JSON", "Inventory", "OS"]),
        library("Watch", uses: ["Docker", "Inventory", "JSON", "Log", "OS", "Wire"]),

        // The agent
        library(
            "AgentCore", "agent/Core",
            uses: ["Inventory", "Lifecycle", "Log", "OS", "Settings", "Watch", "Wire", "Docker", "JSON"]),
        program(
            "bayplan-agent", "agent/Main",
            uses: ["AgentCore", "Inventory", "Lifecycle", "Log", "OS", "Settings"]),

        // The aggregator
        library("Fleet", "aggregator/Fleet", uses: ["Inventory", "JSON", "Wire"]),
        library("Journal", "aggregator/Journal", uses: ["Inventory", "JSON", "Log", "OS", "SQLite", "Wire"]),
        library(
            "AggregatorCore", "aggregator/Core",
            uses: [
                "Crypto", "Fleet", "Inventory", "JSON", "Journal", "Lifecycle", "Log", "OS", "Settings",
                "Wire",
            ]),
        library(
            "AggregatorAPI", "aggregator/API",
            uses: [
                "AggregatorCore", "Fleet", "HTTPServer", "Inventory", "JSON", "Journal", "Lifecycle", "Log",
                "OS", "Settings", "Wire",
            ]),
        program(
            "bayplan-aggregator", "aggregator/Main",
            uses: [
                "AggregatorAPI", "AggregatorCore", "Fleet", "Inventory", "Journal", "Lifecycle", "Log", "OS",
                "Settings", "Wire",
            ]),

        // The command line
        library("CLI", uses: ["HTTP", "Inventory", "JSON", "OS", "Settings"]),
        program("bayplan", uses: ["CLI", "OS"]),

        // A simulated Engine, for demonstration, tests and load
        library("Simulation", uses: ["Inventory", "JSON", "OS"]),
        program("bayplan-simulator", uses: ["Lifecycle", "OS", "Simulation"]),

        // Figures from inside one process; scripts/bench puts them beside their peers
        program(
            "bayplan-benchmarks", "Benchmarks", uses: ["Fleet", "Inventory", "JSON", "Journal", "OS", "Wire"]),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["JSON", "OS"], path: "Sources/TestSupport",
            swiftSettings: house),
        tests("InventoryTests", of: ["Inventory"]),
        tests("JSONTests", of: ["JSON"]),
        tests("WireTests", of: ["Inventory", "JSON", "OS", "Wire"]),
        tests("OSTests", of: ["JSON", "Lifecycle", "Log", "OS"]),
        tests("SettingsTests", of: ["OS", "Settings", "YAML"]),
        tests("SimulationTests", of: ["Inventory", "JSON", "OS", "Simulation"]),
        tests("SQLiteTests", of: ["SQLite"]),
        tests("HTTPTests", of: ["HTTP", "HTTPServer", "OS"]),
        tests(
            "ContractTests",
            of: ["Docker", "HTTP", "Inventory", "JSON", "Log", "OS", "Simulation", "Watch", "Wire"]),
        tests(
            "AgentTests",
            of: [
                "AgentCore", "Docker", "Inventory", "JSON", "Lifecycle", "Log", "OS", "Settings", "Watch",
                "Wire",
            ]),
        tests("FleetTests", of: ["Fleet", "Inventory", "JSON", "Wire"]),
        tests("JournalTests", of: ["Inventory", "JSON", "Journal", "Log", "OS", "SQLite", "Wire"]),
        tests(
            "AggregatorTests",
            of: [
                "AgentCore", "AggregatorAPI", "AggregatorCore", "Docker", "Fleet", "HTTP", "HTTPServer",
                "Inventory", "JSON", "Journal", "Lifecycle", "Log", "OS", "SQLite", "Settings", "Watch",
                "Wire",
            ]),
        tests("CLITests", of: ["CLI", "Inventory", "JSON", "OS", "Settings"]),
        tests("EndToEndTests", of: ["JSON", "OS"]),
    ],
)
