extension Workload {
    /// One service as its authors publish it.
    struct Part: Sendable {
        let service: String
        let image: String
        var command: [String] = []
        /// The port of its web page; 0 = none.
        var webPort: UInt16 = 0
        var exposedPorts: [UInt16] = []
        var environment: [String] = []
        var volumes: [String] = []
        var binds: [String] = []
        var healthCheck = ""
        var dependsOn: [String] = []
        var scales = false
    }

    /// Services that are run together.
    struct Blueprint: Sendable {
        let project: String
        let parts: [Part]
    }

    private static let postgres = Part(
        service: "db", image: "postgres:16", command: ["postgres"], exposedPorts: [5_432],
        environment: ["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"],
        volumes: ["/var/lib/postgresql/data"],
        healthCheck: "pg_isready")

    private static let redis = Part(
        service: "cache", image: "redis:7-alpine", command: ["redis-server", "--save", "60", "1"],
        exposedPorts: [6_379], volumes: ["/data"], healthCheck: "redis-cli ping")

    static let blueprints = [
        Blueprint(
            project: "shop",
            parts: [
                Part(
                    service: "web", image: "nginx:1.25", command: ["nginx", "-g", "daemon off;"], webPort: 80,
                    binds: ["/etc/nginx/conf.d"], healthCheck: "curl -fs http://localhost/",
                    dependsOn: ["api"],
                    scales: true),
                Part(
                    service: "api", image: "registry.example.com/shop/api:3.4.1",
                    command: ["./server", "--port", "8080"],
                    webPort: 8_080,
                    environment: ["DATABASE_URL", "JWT_SECRET", "STRIPE_API_KEY", "LOG_LEVEL"],
                    healthCheck: "wget -qO- http://localhost:8080/health", dependsOn: ["db", "cache"],
                    scales: true),
                Part(
                    service: "worker", image: "registry.example.com/shop/api:3.4.1",
                    command: ["./server", "worker"],
                    environment: ["DATABASE_URL", "QUEUE"], dependsOn: ["db", "cache"], scales: true),
                postgres, redis,
            ]),
        Blueprint(
            project: "cloud",
            parts: [
                Part(
                    service: "app", image: "nextcloud:28-apache", command: ["apache2-foreground"],
                    webPort: 80,
                    environment: ["NEXTCLOUD_ADMIN_USER", "NEXTCLOUD_ADMIN_PASSWORD", "OVERWRITEPROTOCOL"],
                    volumes: ["/var/www/html"], binds: ["/data"], dependsOn: ["db"]),
                postgres, redis,
            ]),
        Blueprint(
            project: "monitoring",
            parts: [
                Part(
                    service: "prometheus", image: "prom/prometheus:v2.51.0",
                    command: ["--config.file=/etc/prometheus/prometheus.yml"], webPort: 9_090,
                    volumes: ["/prometheus"], binds: ["/etc/prometheus"]),
                Part(
                    service: "grafana", image: "grafana/grafana:10.4.2", webPort: 3_000,
                    environment: ["GF_SECURITY_ADMIN_PASSWORD"], volumes: ["/var/lib/grafana"],
                    healthCheck: "wget -qO- http://localhost:3000/api/health", dependsOn: ["prometheus"]),
                Part(
                    service: "exporter", image: "prom/node-exporter:v1.7.0", command: ["--path.rootfs=/host"],
                    exposedPorts: [9_100], binds: ["/host"]),
            ]),
        Blueprint(
            project: "media",
            parts: [
                Part(
                    service: "player", image: "jellyfin/jellyfin:10.8.13", webPort: 8_096,
                    binds: ["/config", "/media"],
                    healthCheck: "curl -fs http://localhost:8096/health"),
                Part(
                    service: "downloader", image: "linuxserver/transmission:4.0.5", webPort: 9_091,
                    environment: ["PUID", "PGID", "PASSWORD"], binds: ["/config", "/downloads"]),
            ]),
        Blueprint(
            project: "git",
            parts: [
                Part(
                    service: "server", image: "gitea/gitea:1.21", command: ["/bin/s6-svscan", "/etc/s6"],
                    webPort: 3_000,
                    exposedPorts: [22], environment: ["GITEA__security__SECRET_KEY"], volumes: ["/data"],
                    dependsOn: ["db"]),
                Part(
                    service: "runner", image: "gitea/act_runner:0.2.10",
                    environment: ["GITEA_RUNNER_REGISTRATION_TOKEN"], dependsOn: ["server"], scales: true),
                postgres,
            ]),
    ]

    static let singles = [
        Part(service: "whoami", image: "traefik/whoami:v1.10", webPort: 80),
        Part(
            service: "registry", image: "registry:2", command: ["/etc/docker/registry/config.yml"],
            webPort: 5_000,
            environment: ["REGISTRY_HTTP_SECRET"], volumes: ["/var/lib/registry"]),
        Part(
            service: "backup", image: "restic/restic:0.16.4", command: ["backup", "/data"], binds: ["/data"]),
        Part(
            service: "mqtt", image: "eclipse-mosquitto:2", command: ["mosquitto", "-c", "/mosquitto/config"],
            exposedPorts: [1_883], binds: ["/mosquitto/config"]),
        Part(
            service: "uptime", image: "louislam/uptime-kuma:1", webPort: 3_001, volumes: ["/app/data"],
            healthCheck: "extra/healthcheck"),
    ]
}
