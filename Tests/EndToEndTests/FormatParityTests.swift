internal import JSON
internal import TestSupport
internal import Testing

/// Issue 3: `bayplan ps --format T` equals `docker ps --format T` on one host, byte for byte, on a real Engine.
extension `A real fleet` {
    /// What can be told of a container that doesn't change while two programs are asked.
    ///
    /// `.Size` is left out: docker has the Engine measure every container when a template names it. docker lists
    /// labels, networks and mounts in an order that changes from call to call, so the containers have at most one of
    /// what is printed as a list.
    private static let templates = [
        "{{.ID}}", "{{.Names}}: {{.Image}}", "{{.ID}}\\t{{.Names}}\\n--", "{{.Command}}", "{{.CreatedAt}}",
        "{{.State}} {{.LocalVolumes}} {{.Mounts}} {{.Networks}}", "{{.Ports}}", "{{.Labels}}",
        "{{.Label \"app\"}}|{{.Label \"nope\"}}", "table {{.ID}}\\t{{.Names}}\\t{{.State}}",
        "table {{.Names}}\\t{{.Image}}\\t{{.Command}}\\t{{.CreatedAt}}\\t{{.Ports}}\\t{{.Mounts}}\\t{{.Networks}}"
            + "\\t{{.LocalVolumes}}\\t{{.Labels}}",
        "table {{.Label \"app\"}}\\t{{.Label \"a.b-c_d\"}}",
        "table {{upper .Names}}\\t{{truncate .Image 2}}|{{pad .Names 2 3}}|",
        "tableX{{.ID}}\\t\\t{{.State}}\\tend", "{{json .Command}} {{json .Names}}",
        "{{upper .Names}} {{lower .Image}} {{title .State}} {{truncate .ID 5}}|{{pad .Names 2 3}}|",
        "{{join (split .Names \"-\") \"+\"}} {{len .Names}} {{index (split .Image \":\") 0}}",
        "{{if eq .State \"running\"}}up{{else if .Names}}down{{end}}{{with .Ports}} {{.}}{{else}} none{{end}}",
        "{{printf \"%-20s|%10s|%q\" .Names .State .Image}}", "{{- .ID -}}  x  {{- .Names }}",
        "{{$n := .Names}}{{range $i, $e := split .Command \" \"}}{{if $i}} > {{end}}{{$e}}{{end}} ({{$n}})",
        "{{define \"n\"}}[{{.}}]{{end}}{{template \"n\" .Names}}{{/* nothing */}}{{\"\\t\"}}{{`raw`}}",
        "{{and .Ports .Names}} {{or .Ports \"-\"}} {{not .Ports}} {{ne .State \"running\"}} {{html .Command}} {{urlquery .Image}}",
        "{{println .Names .ID}}x", "container_id: {{.ID}}\nlabels: {{- pad .Labels 1 0}}",
    ]

    @Test func `prints templates as docker does`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker(
            "h1", "run", "-d", "--name", "web-1", "-p", "80", "-l", "app=web", "bb:1", "httpd", "-f", "-p",
            "80")
        try await lab.docker(
            "h1", "run", "-d", "--name", "plain", "bb:1", "sh", "-c", "sleep 1000 && echo \"<done>\" 'ä'")
        try await lab.docker(
            "h1", "run", "--name", "done", "-v", "data:/data", "-l", "a.b-c_d=größe\t日本", "bb:1", "true")
        try await lab.docker("h1", "create", "--name", "made", "--network", "none", "bb:1", "sleep", "1")
        try await fleet.parity("four containers")
        for template in Self.templates {
            for more in [[], ["--no-trunc"]] {
                let docker = try await Command.output(
                    Lab.docker,
                    ["-H", "unix://\(lab["h1"].socket)", "ps", "-a"] + more + ["--format", template])
                let ours = try await fleet.station.bayplan(
                    ["ps", "-a", "--host", "h1"] + more + ["--format", template])
                #expect(ours.text == docker, "\(template) \(more)")
                #expect(!docker.isEmpty && ours.status == 0)
            }
        }
        // What runs out of words says the same: the place and the field, after each program's own words.
        let docker = try await Command.run(
            Lab.docker, ["-H", "unix://\(lab["h1"].socket)", "ps", "--format", "{{.Nope}}"])
        let ours = try await fleet.station.bayplan(["ps", "--format", "{{.Nope}}"])
        let place = #"template: :1:2: executing "" at <.Nope>: can't evaluate field Nope in type "#
        #expect(docker.errors.contains(place) && ours.errors.contains(place))
        #expect(docker.status == 1 && ours.status == 2)
    }

    @Test func `prints templates of inspect as docker does`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker(
            "h1", "run", "-d", "--name", "web", "-p", "80", "-l", "app=web", "-v", "data:/data", "-m", "64m",
            "--restart",
            "on-failure:3", "bb:1", "httpd", "-f", "-p", "80")
        try await fleet.parity("a container")
        for template in [
            "{{.Id}} {{.Name}} {{.State.Status}} {{.State.Running}} {{.State.Pid}} {{.RestartCount}}",
            "{{.Config.Image}} {{.Image}} {{.Config.Hostname}} {{json .Config.Cmd}} {{.Path}} {{.Args}}",
            "{{index .Config.Labels \"app\"}} {{index .Config.Labels \"nope\"}}|{{.Config.Labels.nope}}",
            "{{json .Config.Labels}}",
            "{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.IPAddress}} {{$v.Gateway}} {{end}}|{{.NetworkSettings.IPAddress}}",
            "{{range .Mounts}}{{.Type}} {{.Name}} {{.Source}}:{{.Destination}} {{.RW}};{{end}}",
            "{{.HostConfig.NetworkMode}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}",
            "{{.HostConfig.Memory}} {{.HostConfig.LogConfig.Type}} {{.State.FinishedAt}} {{.State.OOMKilled}}",
            "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{printf \"%s\\t%05d\" .Name .State.ExitCode}} a\\tb",
            "{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}",
        ] {
            let docker = try await lab.docker("h1", "inspect", "-f", template, "web")
            let ours = try await fleet.station.bayplan(["inspect", "-f", template, "h1/web"])
            #expect(ours.text == docker + "\n", "\(template)")
        }
    }
}
