using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>Inserts a call of <see cref="FaultPoint.Hit"/> before every statement of an assembly and lists the statements.</summary>
internal static class FaultPointWriter
{
    /// <summary>Rewrites the assembly in place; does nothing if it was rewritten before.</summary>
    public static void Rewrite(string path)
    {
        using var module = ModuleDefinition.ReadModule(path, new ReaderParameters { ReadSymbols = true, InMemory = true });
        if (module.AssemblyReferences.Any(reference => reference.Name == typeof(FaultPoint).Assembly.GetName().Name)) return;

        var hit = module.ImportReference(typeof(FaultPoint).GetMethod(nameof(FaultPoint.Hit)));
        var handlers = Handlers.Of(module);
        List<Statement> statements = [];
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(IsUnderTest))
        {
            var body = method.Body;
            body.SimplifyMacros(); // inserted calls make jumps longer
            var handler = handlers.GetValueOrDefault(method, "");
            foreach (var (instruction, place) in StatementsOf(method))
            {
                statements.Add(
                    new Statement(statements.Count, OutermostOf(method.DeclaringType).Name, method.Name,
                    $"{Path.GetFileName(place.Document.Url)}:{place.StartLine}", handler, TextOf(place)));
                Insert(body, instruction, statements.Count - 1, hit);
                handler = "";
            }
            body.OptimizeMacros();
        }
        File.WriteAllLines(Statement.ListOf(path), statements.Select(statement => statement.Line()));
        module.Write(path, new WriterParameters { WriteSymbols = true });
    }

    /// <summary>A method's statements in order, without braces and without exception filters, which swallow faults.</summary>
    public static IEnumerable<(Instruction First, SequencePoint Place)> StatementsOf(MethodDefinition method) =>
        from instruction in method.Body.Instructions.ToList()
        let place = method.DebugInformation.GetSequencePoint(instruction)
        where place is { IsHidden: false } && !(place.StartLine == place.EndLine && place.EndColumn - place.StartColumn == 1)
        where !method.Body.ExceptionHandlers.Any(
        handler => handler.FilterStart is { } filter && instruction.Offset >= filter.Offset
        && instruction.Offset < handler.HandlerStart.Offset)
        select (instruction, place);

    // Excluded: constructors of actors and static constructors, since such an actor never worked; generated code;
    // what a transport returns, which is made outside of any station; and functions passed to PipeTo, which turns a failure into a message.
    private static bool IsUnderTest(MethodDefinition method) =>
        OutermostOf(method.DeclaringType).Name != "ReceiveResult" && !IsForPipeTo(method) && method.HasBody
        && method.DebugInformation.HasSequencePoints
        && !(method.IsConstructor && (method.IsStatic || Handlers.IsActor(method.DeclaringType)))
        && !method.DebugInformation.SequencePoints.Any(point => point.Document.Url.EndsWith(".g.cs", StringComparison.Ordinal));

    private static bool IsForPipeTo(MethodDefinition method) =>
        OutermostOf(method.DeclaringType).Name == "StationActor"
        && (method.Name.StartsWith("<ContinueWhenEnded>", StringComparison.Ordinal)
        || method.Name.StartsWith("<Start>", StringComparison.Ordinal));

    // Jumps and sequence points refer to the instruction object, so it becomes the first inserted instruction.
    private static void Insert(MethodBody body, Instruction at, int id, MethodReference hit)
    {
        var moved = Instruction.Create(OpCodes.Nop);
        (moved.OpCode, moved.Operand) = (at.OpCode, at.Operand);
        (at.OpCode, at.Operand) = (OpCodes.Ldc_I4, id);
        var il = body.GetILProcessor();
        il.InsertAfter(at, moved);
        il.InsertAfter(at, il.Create(OpCodes.Call, hit));
    }

    private static TypeDefinition OutermostOf(TypeDefinition type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type;

    private static string TextOf(SequencePoint place) => File.Exists(place.Document.Url)
        ? File.ReadLines(place.Document.Url).ElementAtOrDefault(place.StartLine - 1)?[(place.StartColumn - 1)..].Trim().Replace('\t', ' ')
        ?? ""
        : "";
}
