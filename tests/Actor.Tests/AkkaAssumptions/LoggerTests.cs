using Akka.Dispatch;
using Akka.Event;

namespace RealtimeAkka.Actor.Tests.AkkaAssumptions;

/// <summary>A custom logger gets the template with its arguments and the context, not a formatted text.</summary>
public sealed class LoggerTests()
    : TestKit($"akka.loglevel = INFO\nakka.loggers = [\"Akka.TestKit.TestEventListener, Akka.TestKit\", \"{typeof(Capture).AssemblyQualifiedName}\"]")
{
    [Fact]
    public void Template_arguments_and_context_reach_a_logger_unformatted()
    {
        Sys.EventStream.Publish(new Capture.SendTo(TestActor));
        var actor = Sys.ActorOf(Props.Create(() => new Speaker()), "speaker");
        actor.Tell("log");
        var e = FishForMessage<LogEvent>(l => l.LogSource.EndsWith("/user/speaker", StringComparison.Ordinal));
        var message = Assert.IsAssignableFrom<LogMessage>(e.Message);
        Assert.Equal("Lost {LostFrames} of {Frames}", message.Format);
        Assert.Equal([2, "ten"], message.Parameters());
        Assert.Equal("Lost 2 of ten", message.ToString());
        Assert.Equal("why", e.Cause!.Message);
        Assert.Equal(LogLevel.WarningLevel, e.LogLevel());
        Assert.True(e.TryGetProperties(out var properties));
        Assert.Equal("s-1", properties!["Session"]);
    }

    [Fact]
    public void Below_the_level_nothing_is_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Debug));
        var log = Logging.GetLogger(Sys, "here");
        Assert.False(log.IsDebugEnabled);
        Assert.True(log.IsInfoEnabled);
        log.Debug("quiet");
        ExpectNoMsg(TimeSpan.Zero);
    }

    private sealed class Speaker : ReceiveActor
    {
        public Speaker()
        {
            var log = Context.GetLogger().WithContext("Session", "s-1");
            ReceiveAny(_ => log.Warning(new InvalidOperationException("why"), "Lost {LostFrames} of {Frames}", 2, "ten"));
        }
    }

    /// <summary>An application-defined logger.</summary>
    public sealed class Capture : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        private IActorRef? _probe;

        /// <summary>Created by the actor system.</summary>
        public Capture()
        {
            Receive<InitializeLogger>(m =>
            {
                m.LoggingBus.Subscribe(Self, typeof(SendTo));
                Sender.Tell(new LoggerInitialized());
            });
            Receive<SendTo>(m => _probe = m.Probe);
            Receive<LogEvent>(e => _probe?.Tell(e));
        }

        /// <summary>Sends all later events to this probe.</summary>
        public sealed record SendTo(IActorRef Probe);
    }
}
