using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Event;
using RealtimeAkka.Hosting.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>What Serilog receives when actors log.</summary>
[Collection("the logger of this process")]
public sealed class ActorLogTests : ILogEventSink, IDisposable
{
    private readonly ConcurrentQueue<Serilog.Events.LogEvent> _events = new();

    public ActorLogTests() => Log.Logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(this).CreateLogger();

    [Fact]
    public async Task An_event_has_its_template_its_session_its_actor_and_its_context()
    {
        var e = Assert.Single(
            await SaidAsync(LogEventLevel.Information, log => log.WithContext("Connection", 2).Warning("Lost {Count} of {{these}}", 7)));

        Assert.Equal("Lost {Count} of {{these}}", e.MessageTemplate.Text);
        Assert.Equal(["Actor=\"speaker/$a\"", "Connection=2", "Count=7", "Session=\"s-1\""],
            e.Properties.Select(property => $"{property.Key}={property.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("Lost 7 of {these}", e.RenderMessage());
    }

    [Fact]
    public async Task Text_that_looks_like_a_template_stays_what_it_is() =>
        Assert.Equal("{\"a\": 1} {0}",
        Assert.Single(await SaidAsync(LogEventLevel.Information, log => log.Info("{\"a\": 1} {0}"))).RenderMessage());

    [Fact]
    public async Task Below_the_level_that_somebody_keeps_no_event_is_made() =>
        Assert.Empty(await SaidAsync(LogEventLevel.Warning, log =>
        {
            Assert.False(log.IsInfoEnabled);
            log.Info("quiet");
        }));

    [Fact]
    public async Task A_filter_of_the_actor_system_is_asked()
    {
        Assert.Single(
            await SaidAsync(LogEventLevel.Information, log => log.Info("kept"),
            new LogFilterBuilder().ExcludeSourceContaining("nobody").Build()));
        Assert.Empty(
            await SaidAsync(LogEventLevel.Information, log => log.Info("dropped"),
            new LogFilterBuilder().ExcludeSourceContaining("speaker").Build()));
    }

    void ILogEventSink.Emit(Serilog.Events.LogEvent logEvent) => _events.Enqueue(logEvent);

    public void Dispose() => Log.CloseAndFlush();

    // Logs from an actor at the path of a station, below /user/calls/s-1.
    private async Task<List<Serilog.Events.LogEvent>> SaidAsync(
        LogEventLevel level, Action<ILoggingAdapter> say, LogFilterSetup? filter = null)
    {
        var setup = BootstrapSetup.Create().WithConfig(SerilogLoggerActor.Hocon(level) + "\nakka.stdout-loglevel = OFF");
        var system = ActorSystem.Create("log", filter is null ? ActorSystemSetup.Create(setup) : ActorSystemSetup.Create(setup, filter));
        var said = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new Nest(new Queue<string>(new[] { "s-1", "speaker", "" }), say, said)), "calls");
        await said.Task.WaitAsync(HostProcess.Limit);
        await SerilogLoggerActor.FlushAsync(system);
        List<Serilog.Events.LogEvent> heard = [.. _events.Where(e => e.Properties.ContainsKey("Session"))];
        _events.Clear();
        await system.Terminate();
        return heard;
    }

    private sealed class Nest : ReceiveActor
    {
        public Nest(Queue<string> below, Action<ILoggingAdapter> say, TaskCompletionSource said)
        {
            if (below.TryDequeue(out var name))
            {
                var child = Props.Create(() => new Nest(below, say, said));
                if (name.Length > 0) Context.ActorOf(child, name);
                else Context.ActorOf(child);
                return;
            }
            say(Context.GetLogger());
            said.SetResult();
        }
    }
}
