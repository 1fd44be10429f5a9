import AgentCore
import Inventory
import Lifecycle
import Log
import OS
import Settings

@main
struct BayplanAgent {
    static func main() async {
        ThisProcess.shareOneHeap()
        ignoreSIGPIPE()
        let input = SettingsInput.ofProcess()
        do {
            switch try AgentSettings.table.resolve(input) {
            case .help: say(AgentSettings.table.help())
            case .version: say("bayplan-agent \(bayplanVersion)\n")
            case .run(let settings): await run(settings, input)
            }
        } catch {
            say("\(error)\n", to: 2)
            leave(status: error.isUsage ? 2 : 1)
        }
    }

    private static func run(_ settings: Configuration, _ input: SettingsInput) async {
        let logSettings = LogSettings(
            level: settings[AgentSettings.logLevel], format: settings[AgentSettings.logFormat])
        let log = Log(logSettings, to: DescriptorSink.standardError)
        do {
            let agent = try Agent(settings, version: bayplanVersion, log: log)
            log(
                .info, "bayplan-agent starts",
                ["version": bayplanVersion, "docker": "\(settings[AgentSettings.docker])"])
            let systemd = SystemdNotifier()
            _ = systemd?.ready()
            let program = Program(
                agent.services, log: log, reload: { reload(input, logSettings, log, agent) })
            let outcome = try await program.run()
            log(.info, "bayplan-agent ends", ["why": "\(outcome)"])
            if case .ended = outcome { leave(status: 1) }
        } catch {
            log(.error, "bayplan-agent ends", ["error": "\(error)"])
            leave(status: 1)
        }
    }

    /// SIGHUP: reads the configuration again; a bad one is refused whole.
    private static func reload(
        _ input: SettingsInput, _ logSettings: LogSettings, _ log: Log, _ agent: Agent
    ) {
        agent.reload()
        do {
            guard case .run(let settings) = try AgentSettings.table.resolve(input) else { return }
            logSettings.change(
                level: settings[AgentSettings.logLevel], format: settings[AgentSettings.logFormat])
            log(.info, "log settings and tokens read again; all others need a restart")
        } catch {
            log(.error, "the configuration was refused and stays as it was", ["error": "\(error)"])
        }
    }
}
