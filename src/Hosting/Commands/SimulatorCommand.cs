using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>simulator</c>: the built-in Realtime server, for programs without a key.</summary>
public static class SimulatorCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var port = new Option<int>("--port")
            { HelpName = "N", Description = "Loopback port; 0 takes a free one.", CustomParser = result => Parsed.Count(0, 65_535)(result) };
        var scenario = new Option<string?>("--scenario")
            { HelpName = "FILE", Description = "What the turns say and what goes wrong; without it any audio is answered." };
        var command = new Command("simulator", "Serve the built-in Realtime simulator on loopback; its URL is the first line of stdout.")
            { port, scenario };
        command.SetAction(
            (parsed, cancellation) => RunAsync(
                parsed.InvocationConfiguration.Output, parsed.GetValue(port), parsed.GetValue(scenario), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter output, int port, string? scenario, CancellationToken cancellation)
    {
        using var signals = new Signals();
        await using var simulator = await StartAsync(port, scenario, cancellation).ConfigureAwait(false);
        await output.WriteLineAsync(simulator.Url.ToString()).ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
        await signals.Stop.WhenCancelled().ConfigureAwait(false);
        return ExitCodes.Completed;
    }

    private static async Task<RealtimeSimulator> StartAsync(int port, string? scenario, CancellationToken cancellation)
    {
        try
        {
            var options = new SimulatorOptions
                { Port = port, Scenario = scenario is null ? null : Scenario.Load(scenario), Log = WireLogging.None };
            return await RealtimeSimulator.StartAsync(options, cancellation).ConfigureAwait(false);
        }
        catch (ScenarioException e)
        {
            throw new ConfigException(e.Message, e);
        }
        catch (IOException e)
        {
            throw new ConfigException($"--port {port} cannot be used: {e.Message.TrimEnd('.')}. Choose another, or 0 for a free one.", e);
        }
    }
}
