using Akka.Dispatch;

namespace Akka.Conformance.Tests;

public class LoggingTests() : TestKit.Xunit2.TestKit($$"""
    akka.loglevel = INFO
    akka.loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit", "{{typeof(Capture).AssemblyQualifiedName}}"]
    akka.logger-formatter = "{{typeof(Named).AssemblyQualifiedName}}"
    """)
{
    [Fact]
    public void Template_and_arguments_reach_a_logger_unformatted()
    {
        Sys.EventStream.Publish(new Capture.SendTo(TestActor));
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => a.Context.GetLogger().Warning(new InvalidOperationException("why"), "Lost {LostFrames} of {Frames}", 2, "ten"))), "speaker");
        actor.Tell("log");
        var e = FishForMessage<LogEvent>(l => l.LogSource.EndsWith("/user/speaker"));
        var message = Assert.IsAssignableFrom<LogMessage>(e.Message);
        Assert.Equal("Lost {LostFrames} of {Frames}", message.Format);
        Assert.Equal([2, "ten"], message.Parameters());
        Assert.Equal("Lost <2> of <ten>", message.ToString());
        Assert.Equal("why", e.Cause!.Message);
        Assert.Equal(LogLevel.WarningLevel, e.LogLevel());
        Assert.Equal(actor.Path.ToString(), e.LogSource);
        Assert.Equal(typeof(Scripted), e.LogClass);
        Assert.True(DateTime.UtcNow - e.Timestamp < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Below_the_level_nothing_is_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Event.Debug));
        var log = Logging.GetLogger(Sys, "here");
        Assert.False(log.IsDebugEnabled);
        Assert.True(log.IsInfoEnabled);
        log.Debug("quiet");
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_formatter_given_to_GetLogger_beats_the_one_of_the_system()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(_ => a.Context.GetLogger(DefaultLogMessageFormatter.Instance).Info("{0} and {1}", 1, 2))));
        EventFilter.Info("1 and 2").ExpectOne(() => actor.Tell("log"));
    }

    [Fact]
    public void The_names_of_levels_are_read_in_any_case_and_unknown_ones_refused()
    {
        Assert.Equal(LogLevel.WarningLevel, Logging.LogLevelFor("wArNiNg"));
        Assert.ThrowsAny<Exception>(() => Logging.LogLevelFor("loud"));
    }

    /// <summary>A logger of the application.</summary>
    [Fact]
    public async Task A_stdout_logger_of_ones_own_takes_the_place_of_the_console()
    {
        var system = ActorSystem.Create("quiet", $"akka.stdout-logger-class = \"{typeof(Silence).AssemblyQualifiedName}\"");
        Assert.IsType<Silence>(system.Settings.StdoutLogger);
        await system.Terminate();
    }

    public sealed class Silence : MinimalLogger
    {
        protected override void Log(object message)
        {
        }
    }

    public sealed class Capture : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        private IActorRef? _probe;

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

        public sealed record SendTo(IActorRef Probe);
    }

    /// <summary>Fills named holes in order.</summary>
    public sealed class Named : ILogMessageFormatter
    {
        public string Format(string format, params object?[] args) => Format(format, args.AsEnumerable());

        public string Format(string format, IEnumerable<object?> args)
        {
            var next = args.GetEnumerator();
            return System.Text.RegularExpressions.Regex.Replace(format, "{[^}]*}", _ => next.MoveNext() ? $"<{next.Current}>" : "");
        }
    }
}
