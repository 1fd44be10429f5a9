import Inventory
import JSON
import RevP

extension JSONWriter {
    /// Writes what labels say: `services`, `refused`, `diagnostics`, `additional`, each left out when it is empty.
    mutating func revp(_ labels: ParsedLabels) {
        list("services", labels.services) { writer, service in writer.service(service) }
        list("refused", labels.refused) { writer, refused in
            writer.object { writer in
                writer.member("key", refused.key.description)
                if let port = refused.port { writer.member("port", port.rawValue) }
                writer.optional("domains", refused.domains.map(\.name.text))
                if let path = refused.path { writer.member("path", path.text) }
            }
        }
        list("diagnostics", labels.diagnostics) { writer, diagnostic in
            writer.object { writer in
                writer.member("severity", diagnostic.severity.rawValue)
                writer.member("code", diagnostic.code.rawValue)
                if let service = diagnostic.service { writer.member("service", service.description) }
                writer.member("label", diagnostic.label)
                writer.optional("value", diagnostic.value)
                writer.member("problem", diagnostic.problem)
                writer.member("remedy", diagnostic.remedy)
            }
        }
        list("additional", labels.additional) { writer, label in
            writer.object { writer in
                writer.member("label", label.key.unchecked)
                writer.member("value", label.value.unchecked)
            }
        }
    }

    private mutating func list<Item>(
        _ name: StaticString, _ items: [Item], _ write: (inout JSONWriter, Item) -> Void
    ) {
        guard !items.isEmpty else { return }
        array(name) { writer in
            for item in items { write(&writer, item) }
        }
    }

    /// A service with its defaults filled in; what has none is left out unless a label gave it.
    private mutating func service(_ service: Service) {
        object { writer in
            writer.member("key", service.key.description)
            writer.member("port", service.port.rawValue)
            if service.isPublishedPortAllowed { writer.member("publishedPortAllowed", true) }
            writer.array("domains") { writer in
                for domain in service.domains {
                    writer.object { writer in
                        writer.member("name", domain.name.text)
                        writer.member("redirect", service.redirects(domain))
                    }
                }
            }
            writer.member("scheme", service.scheme.rawValue)
            writer.member("path", service.path.text)
            writer.member("stripPrefix", service.stripsPrefix)
            writer.member("backendPath", service.backendPath.text)
            writer.member("redirect", service.redirect)
            writer.member("tls", service.usesTLS)
            writer.optional("resolver", service.resolver?.text ?? "")
            writer.member("websocket", service.websocket)
            writer.member("skipVerify", service.skipsVerification)
            writer.member("hostHeader", service.passesHost)
            writer.member("tunnel", service.tunnel)
            writer.optional("tunnelDomain", service.tunnelDomain?.text ?? "")
            writer.optional("health", service.health?.text ?? "")
            writer.optional("healthInterval", service.healthInterval?.description ?? "")
            writer.optional("healthTimeout", service.healthTimeout?.description ?? "")
            writer.member("balance", service.balance.rawValue)
            writer.optional("group", service.group?.text ?? "")
            writer.member("priority", service.priority)
            writer.member("policy", service.policy.rawValue)
            writer.optional("network", service.network?.text ?? "")
            writer.optional("address", service.address?.description ?? "")
            writer.optional("middleware", service.middlewares.map(\.text))
            writer.member("enable", service.isEnabled)
            writer.member("given", service.given.map(\.rawValue).sorted())
        }
    }
}
