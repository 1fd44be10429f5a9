package import Settings
package import Watch

extension Redaction {
    /// What the agent's settings say of secrets (requirement H5).
    package init(_ settings: Configuration) {
        self.init()
        let allowed = settings[AgentSettings.environmentAllow]
        if settings[AgentSettings.environment] == "all" {
            environment = .all
        } else if !allowed.isEmpty {
            environment = .allow(allowed.map { Pattern($0) })
        }
        hiddenLabels = settings[AgentSettings.hideLabels].map { Pattern($0) }
    }
}
