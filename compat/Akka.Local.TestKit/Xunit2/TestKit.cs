using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>The base of xunit test classes: a system per test, taken down after it.</summary>
public class TestKit : TestKitBase, IDisposable
{
    private bool _disposed;

    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null) : this(system, null, null, output) { }

    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null) : this(null, config, actorSystemName, output) { }

    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : this(null, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), actorSystemName, output) { }

    public TestKit(string config, ITestOutputHelper? output = null) : this(ConfigurationFactory.ParseString(config), null, output) { }

    private TestKit(ActorSystem? system, ActorSystemSetup? setup, string? actorSystemName, ITestOutputHelper? output)
        : base(system, setup, actorSystemName, null)
    {
        Output = output;
        if (output is not null)
            InitializeLogger(Sys, output);
    }

    protected ITestOutputHelper? Output { get; }

    protected virtual void AfterAll() { }

    protected virtual void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            Shutdown();
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private static void InitializeLogger(ActorSystem system, ITestOutputHelper output)
    {
        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(typeof(OutputLogger), output), "log-test");
        logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), TimeSpan.FromSeconds(3)).GetAwaiter().GetResult();
    }

    /// <summary>Shows the log of the system in the output of the test.</summary>
    private sealed class OutputLogger(ITestOutputHelper output) : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        protected override bool Receive(object message)
        {
            switch (message)
            {
                case InitializeLogger initialize:
                    initialize.LoggingBus.Subscribe(Self, typeof(LogEvent));
                    Sender.Tell(new LoggerInitialized());
                    return true;
                case LogEvent logEvent:
                    Show(logEvent);
                    return true;
                default:
                    return false;
            }
        }

        private void Show(LogEvent logEvent)
        {
            try
            {
                output.WriteLine(logEvent.ToString());
            }
            catch (InvalidOperationException)
            {
                // The test is over and its output closed.
            }
        }
    }
}
