using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>The words in which a test says which log events it expects.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testKit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterRule> _before;

    public EventFilterFactory(TestKitBase testkit) : this(testkit, testkit.Sys) { }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system) : this(testkit, system, []) { }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterRule> before) => (_testKit, _system, _before) = (testkit, system, before);

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) => Level<Debug>(EventFilterRule.Text(message, start, contains), source);
    public IEventFilterApplier Debug(Regex pattern, string? source = null) => Level<Debug>(EventFilterRule.Text(pattern), source);
    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) => Level<Info>(EventFilterRule.Text(message, start, contains), source);
    public IEventFilterApplier Info(Regex pattern, string? source = null) => Level<Info>(EventFilterRule.Text(pattern), source);
    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) => Level<Warning>(EventFilterRule.Text(message, start, contains), source);
    public IEventFilterApplier Warning(Regex pattern, string? source = null) => Level<Warning>(EventFilterRule.Text(pattern), source);
    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) => Level<Error>(EventFilterRule.Text(message, start, contains), source);
    public IEventFilterApplier Error(Regex pattern, string? source = null) => Level<Error>(EventFilterRule.Text(pattern), source);

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null)
    {
        var text = EventFilterRule.Text(message, start, contains);
        return Rule(e => e.LogLevel() == logLevel && EventFilterRule.IsFrom(source, e.LogSource) && text(e.Message.ToString()!));
    }

    public IEventFilterApplier Exception<TException>(string? message = null, string? start = null, string? contains = null, string? source = null) where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null) where TException : Exception =>
        Exception(typeof(TException), EventFilterRule.Text(pattern), source, checkInnerExceptions: false);

    public IEventFilterApplier Exception(Type exceptionType, string? message = null, string? start = null, string? contains = null, string? source = null, bool checkInnerExceptions = false) =>
        Exception(exceptionType, EventFilterRule.Text(message, start, contains), source, checkInnerExceptions);

    public IEventFilterApplier DeadLetter() => DeadLetter(_ => true, null);
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter(m => m is TMessage, source);
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) => DeadLetter(m => m is TMessage t && isMatch(t), source);
    public IEventFilterApplier DeadLetter(Type type, string? source = null) => DeadLetter(type.IsInstanceOfType, source);
    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null) => DeadLetter(m => type.IsInstanceOfType(m) && isMatch(m), source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Rule(predicate);
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent => Rule(e => e is TLogEvent t && predicate(t));

    private IEventFilterApplier Level<T>(Predicate<string> text, string? source) where T : LogEvent =>
        Rule(e => e is T && EventFilterRule.IsFrom(source, e.LogSource) && text(e.Message.ToString()!));

    private IEventFilterApplier DeadLetter(Func<object, bool> isMatch, string? source) =>
        Rule(e => e is Warning { Message: DeadLetter letter } && EventFilterRule.IsFrom(source, e.LogSource) && isMatch(letter.Message));

    private IEventFilterApplier Exception(Type type, Predicate<string> text, string? source, bool checkInnerExceptions)
    {
        return Rule(e => e is Error && EventFilterRule.IsFrom(source, e.LogSource) && Fits(e.Cause, e.Message.ToString()!));

        bool Fits(Exception? cause, string message) =>
            cause is not null
            && (type.IsInstanceOfType(cause) && (text(message) || text(cause.Message)) || checkInnerExceptions && Fits(cause.InnerException, message));
    }

    private EventFilterApplier Rule(Predicate<LogEvent> isMatch) => new(_testKit, _system, [.. _before, new EventFilterRule(isMatch)]);
}
