import com.android.apksig.internal.oid.OidConstants;
import com.android.apksig.internal.util.InclusiveIntRange;

/** Prints which API levels apksig grants a digest algorithm with a signature algorithm: for each argument, two identifiers with a slash between them. */
public class Levels {
    public static void main(String[] args) {
        for (String pair : args) {
            String[] oids = pair.split("/");
            StringBuilder line = new StringBuilder(pair);
            for (InclusiveIntRange range : OidConstants.getSigAlgSupportedApiLevels(oids[0], oids[1])) {
                line.append(" {" + range.getMin() + " " + range.getMax() + "}");
            }
            System.out.println(line);
        }
    }
}
