namespace Akka.Util;

/// <summary>Finds the type behind a name such as "Namespace.Type, Assembly" in a configuration.</summary>
internal static class TypeNames
{
    /// <summary>The assembly part is a hint only: configurations name the assemblies of Akka.NET, which are not loaded here.</summary>
    public static Type? Find(string name) =>
        Type.GetType(name) ?? Search(name.Split(',')[0].Trim());

    public static T Create<T>(string name, params object?[] args) where T : class
    {
        var type = Find(name) ?? throw new Configuration.ConfigurationException($"No type is named [{name}]");
        return Activator.CreateInstance(type, args) as T
               ?? throw new Configuration.ConfigurationException($"[{name}] is not a {typeof(T).Name}");
    }

    private static Type? Search(string fullName) =>
        AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetType(fullName)).FirstOrDefault(t => t is not null);
}
