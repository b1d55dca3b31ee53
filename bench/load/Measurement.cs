using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load;

/// <summary>One measurement in this process: opens all sessions, warms up, measures, closes and evaluates.</summary>
internal static class Measurement
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(60);

    public static async Task<Figures> RunAsync(LoadOptions options, CancellationToken stop)
    {
        var tally = new Tally(options.TurnsJson ? Console.Out : null);
        await using var client = Client(options, tally);
        var before = ResidentMb();

        var opening = new List<Task>();
        for (var i = 0; i < options.Sessions; i++)
        {
            opening.Add(OpenAsync(client, i, tally));
            await Task.Delay(options.Stagger, stop).ConfigureAwait(false);
        }
        await Task.WhenAll(opening).WaitAsync(OpenLimit, stop).ConfigureAwait(false);
        await Task.Delay(options.WarmUp, stop).ConfigureAwait(false);

        var sent = tally.SentBytes;
        tally.Recording = true;
        var meter = new Meter(options.Server);
        // Some each quarter, ten seconds apart.
        var perQuarter = Math.Max(1, (int)(options.Seconds / 4 / TimeSpan.FromSeconds(10)));
        List<double> resident = [ResidentMb()];
        while (resident.Count <= 4 * perQuarter)
        {
            await Task.Delay(options.Seconds / 4 / perQuarter, stop).ConfigureAwait(false);
            resident.Add(ResidentMb());
        }
        double[] quarters = [.. resident.Where((_, i) => i % perQuarter == 0)];
        var use = meter.Read();
        tally.Recording = false;
        sent = tally.SentBytes - sent;
        await client.StopAsync().ConfigureAwait(false);

        var behind = use.Seconds * 1000 - Pcm.Milliseconds(sent) / (double)options.Sessions;
        return new Figures(
            options.Client.ToString(), options.Sessions, use.Cpu / options.Sessions / (use.Seconds / 60), use.Kernel / use.Cpu,
            use.Cpu / use.Seconds,
            use.Server / use.Seconds, quarters, Slope.Of(resident, options.Seconds), (quarters[^1] - before) * 1024 / options.Sessions,
            use.Allocated / 1024.0 / options.Sessions / use.Seconds, use.GcPauseMs, use.JitMs, use.Collections,
            tally.Join.Read(), tally.Jitter.Read(), behind, tally.Turns, tally.Missing, tally.Wrong, tally.Incomplete, tally.DroppedMs,
            tally.UnplayedMs, tally.Failed, client.Runtime);
    }

    private static ILoadClient Client(LoadOptions options, Tally tally) => options.Client switch
    {
        ClientKind.Ours => new OurClient(options, tally),
        ClientKind.OpenAiSdk => new SdkClient(options, tally),
        _ => new BareClient(options, tally),
    };

    private static async Task OpenAsync(ILoadClient client, int number, Tally tally)
    {
        try
        {
            await client.StartAsync(number).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            tally.Fail(e.GetBaseException().Message);
        }
    }

    private static double ResidentMb() => Environment.WorkingSet / 1048576.0;
}
