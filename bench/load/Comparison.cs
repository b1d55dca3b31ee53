using System.Globalization;
using System.Text.Json;

namespace RealtimeAkka.Bench.Load;

/// <summary>Measures all clients at all session counts in turn, each in a process of its own; the server on the second processor.</summary>
internal static class Comparison
{
    public static async Task<int> RunAsync(
        IReadOnlyList<ClientKind> clients, IReadOnlyList<int> sessions, bool simulator, bool telemetry, bool tls, double? maxAllocated,
        int processors,
        IReadOnlyList<string> passedOn)
    {
        List<Figures> all = [];
        using var certificate = tls ? new TemporaryFolder() : null;
        var file = certificate is null ? null : Path.Combine(certificate.Path, "server.pem");
        using (var server = Worker.Start(
            processors: "1", defaults: true, new Dictionary<string, string>(),
            ["serve", .. simulator ? (string[])["--simulator"] : [], .. telemetry ? (string[])["--telemetry"] : [],
            .. file is null ? [] : (string[])["--tls", file]]))
        {
            var url = await server.ReadLineAsync().ConfigureAwait(false);
            if (telemetry)
                passedOn = [.. passedOn, "--set", $"telemetry.otlp.endpoint={await server.ReadLineAsync().ConfigureAwait(false)}"];
            Console.WriteLine(
                $".NET {Environment.Version}, {Environment.ProcessorCount} processors; {Placement(processors)}");
            foreach (var count in sessions)
            {
                foreach (var client in clients)
                {
                    var figures = await MeasureAsync(client, count, file, processors, [.. passedOn, "--url", url, "--server", $"{server.Id}"])
                        .ConfigureAwait(false);
                    Print(figures);
                    all.Add(figures);
                }
            }
        }
        Ratios(all);
        return all.TrueForAll(figures => figures.IsClean && IsWithin(figures, maxAllocated)) ? 0 : 1;
    }

    private static string Placement(int processors) => !Worker.CanPin ? "client and server not pinned"
        : processors == 1 ? "client and server on one processor each" : $"client on {processors} processors, server on the second of them";

    // Bytes are the same on a busy machine, and on any machine; seconds are not.
    private static bool IsWithin(Figures figures, double? maxAllocated)
    {
        if (figures.Client != nameof(ClientKind.Ours) || !(figures.AllocatedKbPerSecond > maxAllocated)) return true;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{figures.Sessions} sessions allocate {figures.AllocatedKbPerSecond:0.0} KiB per second and session; at most {maxAllocated:0.0} are allowed."));
        return false;
    }

    private static async Task<Figures> MeasureAsync(
        ClientKind client, int sessions, string? certificate, int processors, IReadOnlyList<string> passedOn)
    {
        Dictionary<string, string> environment = [];
        if (certificate is not null) environment["SSL_CERT_FILE"] = certificate; // the only authority that is trusted
        if (client == ClientKind.BareInline) environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        using var worker = Worker.Start(
            processors: $"0-{processors - 1}", defaults: client != ClientKind.Ours, environment,
            ["--client", ClientNames.Of(client), "--sessions", sessions.ToString(CultureInfo.InvariantCulture), "--json", .. passedOn]);
        return JsonSerializer.Deserialize<Figures>(await worker.ReadLineAsync().ConfigureAwait(false))!;
    }

    public static void Print(Figures f)
    {
        var server = f.ServerBusy is { } busy ? $", server {busy:P0} of its own" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {f.Client,-10} {f.Sessions,5} sessions  {f.CpuPerSessionMinute:0.0000} CPU s per session-minute ({f.KernelShare:P0} kernel; {f.Busy:P0} of a processor{server})  {f.Runtime}
                       resident {string.Join(", ", f.QuartersMb.Select(mb => $"{mb:0}"))} MiB by quarters{Grows(f.Growth)}, {f.ResidentKbPerSession:0} KiB per session; allocated {f.AllocatedKbPerSecond:0.0} KiB/s per session; GC {string.Join('/', f.Collections)}, paused {f.GcPauseMs:0} ms; JIT {f.JitMs:0} ms
                       join {Say(f.Join)}; jitter {Say(f.Jitter)}; sound behind {f.SoundBehindMs:0} ms
                       turns {f.Turns}, missing {f.Missing}, wrong {f.Wrong}, incomplete {f.Incomplete}; lost {f.LostMs} ms in, {f.UnplayedMs} ms out; failed sessions {f.Failed}
            """));
        if (f.IsServerSaturated)
            Console.WriteLine(
                "           WARNING: the server was at the end of its processor; these are figures of the server, not of the client");
    }

    private static void Ratios(List<Figures> all)
    {
        Console.WriteLine();
        Console.WriteLine("CPU per session-minute, as a ratio");
        foreach (var group in all.GroupBy(f => f.Sessions))
        {
            var ours = group.FirstOrDefault(f => f.Client == nameof(ClientKind.Ours));
            if (ours is null) continue;
            foreach (var other in group.Where(f => f != ours))
            {
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture,
                    $"{group.Key,5} sessions  ours to {other.Client,-10} {ours.CpuPerSessionMinute / other.CpuPerSessionMinute:0.00}"));
            }
        }
        foreach (var client in all.GroupBy(f => f.Client).Where(c => c.Count() > 1))
        {
            var (few, many) = (client.First(), client.Last());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{client.Key,-10} {few.Sessions} to {many.Sessions} sessions: CPU per session x {many.CpuPerSessionMinute / few.CpuPerSessionMinute:0.00}, {(many.ResidentMb - few.ResidentMb) * 1024 / (many.Sessions - few.Sessions):0} KiB per additional session"));
        }
    }

    private static string Grows(Slope? slope) =>
        slope is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({slope.PerHour:+0.0;-0.0} +- {slope.Margin:0.0} MiB per hour)");

    private static string Say(Spread? spread) =>
        spread is null ? "not measured"
        : string.Create(CultureInfo.InvariantCulture, $"p50 {spread.P50:0.0} ms, p99 {spread.P99:0.0} ms, max {spread.Max:0.0} ms");
}

/// <summary>Names of the clients on the command line.</summary>
internal static class ClientNames
{
    private static readonly (string Name, ClientKind Client)[] All =
        [("ours", ClientKind.Ours), ("bare", ClientKind.Bare), ("bare-inline", ClientKind.BareInline),
        ("openai-sdk", ClientKind.OpenAiSdk)];

    public static string[] Known => [.. All.Select(pair => pair.Name)];

    public static string Of(ClientKind client) => Array.Find(All, pair => pair.Client == client).Name;

    public static ClientKind Parse(string name) => Array.Find(All, pair => pair.Name == name).Client;
}
