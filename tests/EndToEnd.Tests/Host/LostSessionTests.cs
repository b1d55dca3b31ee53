using System.Text.Json;
using Akka.Actor;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.EndToEnd.Tests.Tasks;
using RealtimeAkka.Hosting;
using RealtimeAkka.Hosting.Commands;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>An actor of the program ends the session or the actor system from inside: one error line, exit code 1.</summary>
[Collection("the logger of this process")]
public sealed class LostSessionTests
{
    [Fact]
    public async Task A_session_actor_that_is_killed_is_one_line_and_exit_code_1()
    {
        var (exit, errors) = await RunAsync(app => app.AddAction<SessionKiller>("end"));

        Assert.Equal(1, exit);
        Assert.StartsWith("error: The session failed: ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_actor_system_that_stops_is_one_line_and_exit_code_1()
    {
        var (exit, errors) = await RunAsync(app => app.AddAction<SystemKiller>("end"));

        Assert.Equal(1, exit);
        Assert.Equal("error: The actor system stopped while the session was running.", Assert.Single(errors));
    }

    // Runs in this process, as a program that embeds the host does.
    private static async Task<(int Exit, string[] Errors)> RunAsync(Action<VoiceApp> add)
    {
        await using var server = await TestCall.ServeAsync(
            """{ "turns": [ { "asr": { "transcript": "one" }, "oob": { "text": "One." } }, { "asr": { "silent": true }, "oob": { "silent": true } } ], "requests": [ { "metadata": { "oob": "end" }, "reply": { "text": "now" } } ] }""");
        var folder = new ConfigFolder("realtime.tasks.end { prompt = prompt.md, deliver.actor = end }");
        var app = new VoiceApp();
        add(app);
        using StringWriter output = new(), errors = new();
        var exit = await CommandLine.RunAsync(
            ["run", "--url", server.Url.ToString(), "--input", TestCall.Wav(TestCall.Pcm(2)), "--output", "null", "--pace", "fast",
            "--data", "none", "--config", folder.Hocon],
            output, errors, app).WaitAsync(HostProcess.Limit);
        return (exit, errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private sealed class SessionKiller : ActionActor
    {
        protected override string Do(string id, JsonElement input)
        {
            Context.ActorSelection("/user/calls/*").Tell(Kill.Instance);
            return "killed";
        }
    }

    private sealed class SystemKiller : ActionActor
    {
        protected override string Do(string id, JsonElement input)
        {
            _ = Context.System.Terminate();
            return "killed";
        }
    }
}
