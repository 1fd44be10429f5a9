import AgentCore
import Daemon
import Inventory
import Log
import OS
import Settings

@main
struct BayplanAgent {
    static func main() async {
        ThisProcess.shareOneHeap()
        ignoreSIGPIPE()
        let daemon = Daemon(
            AgentSettings.table, version: bayplanVersion, logLevel: AgentSettings.logLevel,
            logFormat: AgentSettings.logFormat)
        await daemon.main(
            healthcheck: { await Daemon.ask(Agent.statusPath($0)) },
            start: { settings, log in
                let agent = try Agent(settings, version: bayplanVersion, log: log)
                log(.info, "watching", ["docker": "\(settings[AgentSettings.docker])"])
                var work = Daemon.Work(
                    services: agent.services, probes: agent.probes, status: { agent.status })
                work.statusPath = agent.statusPath
                work.reload = { _ in agent.reload() }
                return work
            })
    }
}
