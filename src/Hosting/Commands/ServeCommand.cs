using System.CommandLine;
using System.Net;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Serving;
using RealtimeAkka.Hosting.Store;
using RealtimeAkka.Hosting.Telemetry;
using RealtimeAkka.Protocol.Messages;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>serve</c>: many calls in one process, from browsers and from files, with a page and an API.</summary>
public static class ServeCommand
{
    private const string TokenVariable = "REALTIME_AKKA_TOKEN";

    private const string TwilioVariable = "TWILIO_AUTH_TOKEN";

    // Options of run that belong to one sound device, one file or one terminal.
    private static readonly string[] OfOneCall = ["--input", "--output", "--input-device", "--output-device", "--pace"];

    /// <summary>The command.</summary>
    public static Command Create(RunOptions options, Option<bool> verbose, VoiceApp app)
    {
        var urls = new Option<string>("--urls")
            { HelpName = "URL;...", Description = "Where to serve; other addresses than loopback need " + TokenVariable + ".",
            DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var simulated = new Option<int>("--simulate-calls")
        {
            HelpName = "N", Description = "Place N telephone calls of a simulated carrier, for a demonstration.",
            CustomParser = Parsed.Count(1, 1000),
        };
        var command = new Command(
            "serve", "Serve calls from browsers, telephones and files, with a page and an API, until SIGTERM.") { urls, simulated };
        foreach (var option in options.Settings.Where(option => !OfOneCall.Contains(option.Name))) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed, parsed.GetValue(urls)!, parsed.GetValue(simulated), options, verbose, app, cancellation));
        return command;
    }

    /// <summary>The error for an option of <c>run</c> that makes no sense here; null: there is none.</summary>
    internal static string? Refused(ParseResult parsed, RunOptions options) =>
        parsed.CommandResult.Command.Name == "serve"
        && parsed.UnmatchedTokens.FirstOrDefault(word => options.All.Any(option => option.Name == word.Split('=')[0])) is { } refused
            ? $"{refused.Split('=')[0]} is an option of run; the calls of serve come from browsers and from POST /api/calls." : null;

    private static async Task<int> RunAsync(
        ParseResult parsed, string urls, int simulated, RunOptions options, Option<bool> verbose, VoiceApp app,
        CancellationToken cancellation)
    {
        var errors = parsed.InvocationConfiguration.Error;
        var plan = RunCommand.Plan(parsed, options, app, TimeProvider.System.GetUtcNow(), out var demo);
        plan.Config.Replace("playback.output", "null", "calls of serve have their own");
        if (parsed.GetValue(verbose)) plan = plan with { Logging = plan.Logging with { Console = LogEventLevel.Verbose } };
        var settings = Settings(urls, plan);
        if (simulated > 0 && plan.Serve.Telephone.Origin is not null)
            throw new ConfigException("--simulate-calls reaches this machine only: leave telephone.origin none.");
        var keys = RunCommand.Keys(plan);
        if (demo) await errors.WriteLineAsync("No OPENAI_API_KEY: the built-in simulator answers all calls; no real model.")
            .ConfigureAwait(false);

        using var signals = new Signals();
        var scenario = (plan.Input as InputPlan.Sample)?.ScenarioPath;
        await using var simulator = plan.Endpoint is null
            ? await RunCommand.StartSimulatorAsync(scenario, cancellation).ConfigureAwait(false) : null;
        var logs = new CallLogs();
        await using var log = SessionLog.Create(plan.Logging, plan.Data.Directory is null ? null : logs);
        Serilog.Log.Logger = log;

        using var telemetry = new HostTelemetry();
        using var export = plan.Telemetry.IsServed ? TelemetryExport.Start(plan.Telemetry) : null;
        await using var store = plan.Store.IsPostgres ? StoreRun.Start(plan.Store, plan.Data.Directory!, TimeProvider.System) : null;
        if (store is not null) telemetry.StoreWaiting = () => store.Waiting;
        using var cluster = ClusterStart.Open(plan, TimeProvider.System.GetUtcNow());
        var calls = new CallHost(
            plan, plan.Endpoint ?? new Endpoint(simulator!.Url, IsAzure: false), keys, logs, telemetry, store, cluster, signals.Abandon);
        var recorded = new RecordedCalls(plan.Data.Directory, calls.IsOpening);
        var gateway = new GatewayApp(
            settings, calls, store is null ? recorded : store.With(recorded), new GatewayLog(TimeProvider.System), SharedTicker.Instance,
            cluster);
        if (cluster is not null) ClusterStart.Show(cluster, new NodeCalls(cluster.Node, calls, recorded, cluster));
        var (host, web) = VoiceHost.Create(
            plan.Akka, plan.Logging.Min(plan.Data.Directory is not null), plan.Serve.Limits, gateway.Configure,
            cluster);
        await using var _ = host;
        calls.Host = host;
        gateway.Map(web);
        if (plan.Telemetry.Prometheus) export!.Map(web);
        await StartAsync(host, urls, cancellation).ConfigureAwait(false);
        var output = parsed.InvocationConfiguration.Output;
        foreach (var url in web.Urls) await output.WriteLineAsync(url).ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);

        var here = new Uri(web.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        var simulating = simulated == 0 ? Task.CompletedTask
            : new SimulatedCalls(here, TwilioKey, errors.WriteLine).PlaceAsync(simulated, signals.Stop, signals.Abandon);
        var excluded = cluster?.Excluded ?? CancellationToken.None;
        await Task.WhenAny(signals.Stop.WhenCancelled(), excluded.WhenCancelled()).ConfigureAwait(false);
        var isExcluded = excluded.IsCancellationRequested;
        if (isExcluded) await errors.WriteLineAsync("This node is no longer part of the cluster; it ends and may be started again.")
            .ConfigureAwait(false);
        signals.End(); // the next signal ends everything at once
        var exit = await DrainAsync(host, calls, plan.Serve.Drain, signals, errors).ConfigureAwait(false);
        if (cluster is not null) await cluster.LeaveAsync().ConfigureAwait(false);
        await simulating.ConfigureAwait(false);
        if (store is not null && await store.EndAsync().ConfigureAwait(false) is { } rest)
            await errors.WriteLineAsync($"warning: {rest}").ConfigureAwait(false);
        return exit == ExitCodes.Completed && isExcluded ? (int)ExitKind.Failed : exit;
    }

    private static async Task<int> DrainAsync(VoiceHost host, CallHost calls, TimeSpan limit, Signals signals, TextWriter errors)
    {
        var open = calls.Live.Count;
        var drained = host.DrainAsync(limit, signals.Abandon); // not ready from now on
        if (open > 0) await errors.WriteLineAsync($"Ending: no new call; {open} open ones go on for at most {Durations.Format(limit)}.")
            .ConfigureAwait(false);
        try
        {
            await drained.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The second signal ends every call at once.
        }
        await calls.Ended.ConfigureAwait(false);
        return signals.Abandon.IsCancellationRequested ? (int)ExitKind.Interrupted : ExitCodes.Completed;
    }

    private static GatewaySettings Settings(string urls, RunPlan plan)
    {
        IReadOnlyList<IPEndPoint> addresses;
        try
        {
            addresses = ServerUrls.Parse(urls);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"--urls is '{StrictConfig.Shown(urls)}'; it must be {e.Message}.", e);
        }
        var token = EnvironmentVariable.Read(TokenVariable);
        if (token is not null && !KeySource.IsKey(token))
            throw new ConfigException($"{TokenVariable} holds a blank or a character that cannot be sent; set it again.");
        if (token is null && addresses.FirstOrDefault(address => !ServerUrls.IsLoopback(address)) is { } open)
            throw new ConfigException(
                $"--urls {open} is reached by other machines, so a token is needed: set {TokenVariable}, or serve on 127.0.0.1.");
        return new GatewaySettings(
            addresses, new Access(token, plan.Serve.Origins), plan.Serve.Limits.MaxCalls, plan.Serve.RecordAddress, plan.Serve.Browser,
            plan.Serve.Telephone with
            {
                Twilio = TwilioKey is { } key ? new TwilioSignature(key) : null,
            });
    }

    private static string? TwilioKey => EnvironmentVariable.Read(TwilioVariable);

    private static async Task StartAsync(VoiceHost host, string urls, CancellationToken cancellation)
    {
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new ConfigException(
                $"--urls {urls} cannot be used: {e.Message.TrimEnd('.')}. Choose another port, or 0 for a free one.", e);
        }
    }
}
